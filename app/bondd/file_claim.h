/* SPDX-License-Identifier: BSD-3-Clause */
/* file_claim.h - a file that belongs to one process at a time, and to none once that is dead. */
#ifndef FILE_CLAIM_H
#define FILE_CLAIM_H

#include <stdbool.h>

/**
 * Open a file and lock it; close() gives it up. A file that its owner removed meanwhile is no claim:
 * then a new one is made.
 * @param create make the file if there is none
 * @return its descriptor; -EBUSY: a living process has it; -ENOENT: there is none; or another -errno
 */
int file_claim(const char *path, bool create);

#endif
