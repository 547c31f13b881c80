/* SPDX-License-Identifier: BSD-3-Clause */
/* file_claim.c - a file that belongs to one process at a time, and to none once that is dead. */
#include "file_claim.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int
file_claim(const char *path, bool create)
{
	const int flags = O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0);
	struct stat by_fd, by_path;

	for (;;) {
		const int fd = open(path, flags, 0644);

		if (fd < 0)
			return -errno;
		if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
			const int rc = errno == EWOULDBLOCK ? -EBUSY : -errno;

			close(fd);
			return rc;
		}
		/* It may have been removed between opening and locking. */
		if (fstat(fd, &by_fd) == 0 && stat(path, &by_path) == 0 &&
		    by_fd.st_ino == by_path.st_ino)
			return fd;
		close(fd);
		if (!create)
			return -ENOENT;
	}
}
