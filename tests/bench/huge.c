/* SPDX-License-Identifier: BSD-3-Clause */
/* huge.c - hugepages for as long as the program runs: reserved, and given back. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "huge.h"

#define RESERVE "/proc/sys/vm/nr_hugepages"
#define SPARE   2 /* this times what is taken must be free, so that nobody else starves */

static unsigned long taken; /* pages */

/* A figure of /proc/meminfo, in its unit; 0 when unknown. */
static unsigned long
meminfo(const char *format)
{
	FILE *f = fopen("/proc/meminfo", "r");
	unsigned long value = 0;
	char line[128];

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, format, &value) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return value;
}

/* Also called from a signal handler: no stdio. */
static bool
change_reserve(long by)
{
	const int fd = open(RESERVE, O_RDWR | O_CLOEXEC);
	char text[32] = "";
	bool done = false;

	if (fd < 0)
		return false;
	if (read(fd, text, sizeof(text) - 1) > 0) {
		const int n = snprintf(text, sizeof(text), "%ld", strtol(text, NULL, 10) + by);

		done = pwrite(fd, text, n, 0) == n;
	}
	close(fd);
	return done;
}

/* Pages that are in use now are freed by the kernel when this process ends. */
static void
give_back(void)
{
	if (taken > 0)
		change_reserve(-(long)taken);
	taken = 0;
}

static void
give_back_and_die(int signal_number)
{
	give_back();
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

bool
huge_reserve(unsigned long megabytes)
{
	const unsigned long page_kb = meminfo("Hugepagesize: %lu kB");
	const unsigned long free_pages = meminfo("HugePages_Free: %lu");
	unsigned long wanted;

	if (page_kb == 0)
		return false;
	wanted = (megabytes * 1024 + page_kb - 1) / page_kb;
	if (free_pages >= wanted)
		return true;
	wanted -= free_pages;
	if (meminfo("MemAvailable: %lu kB") < SPARE * wanted * page_kb ||
	    !change_reserve((long)wanted))
		return false;
	taken = wanted;
	atexit(give_back);
	signal(SIGINT, give_back_and_die);
	signal(SIGTERM, give_back_and_die);
	signal(SIGHUP, give_back_and_die);
	signal(SIGPIPE, give_back_and_die);
	return meminfo("HugePages_Free: %lu") >= wanted + free_pages;
}
