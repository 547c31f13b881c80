/* SPDX-License-Identifier: BSD-3-Clause */
/* huge.h - hugepages for as long as the program runs. */
#ifndef HUGE_H
#define HUGE_H

#include <stdbool.h>

/**
 * See to it that so much memory is free in hugepages; what had to be reserved is given back at
 * exit(3) and on signals that end the process.
 * @return false: there is not, for lack of rights or of memory
 */
bool huge_reserve(unsigned long megabytes);

#endif
