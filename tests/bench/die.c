/* SPDX-License-Identifier: BSD-3-Clause */
/* die.c - the end of a program that cannot go on. */
#include <stdarg.h>
#include <stdlib.h>

#include "bench.h"

void
bench_die(const char *format, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("bench: ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(2);
}
