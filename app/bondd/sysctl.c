/* SPDX-License-Identifier: BSD-3-Clause */
/* sysctl.c - see sysctl.h. */
#include "sysctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int
open_it(const char *format, const char *ifname, int flags)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), format, ifname);
	fd = open(path, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int64_t
sysctl_get(const char *format, const char *ifname)
{
	char text[16] = "";
	const int fd = open_it(format, ifname, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return fd;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	return n > 0 ? atoi(text) : -EIO;
}

int
sysctl_set(const char *format, const char *ifname, int64_t value)
{
	char text[16];
	const int fd = open_it(format, ifname, O_WRONLY);
	const int n = snprintf(text, sizeof(text), "%d", (int)value);
	int rc;

	if (fd < 0)
		return fd;
	rc = write(fd, text, n) == n ? 0 : -EIO;
	close(fd);
	return rc;
}
