/* SPDX-License-Identifier: BSD-3-Clause */
/* huge.c - hugepages for as long as the program runs: reserved, and given back. */
#include <stdio.h>
#include <stdlib.h>

#include "huge.h"

#define RESERVE "/proc/sys/vm/nr_hugepages"
#define SPARE   2 /* this times what is taken must be free, so that nobody else starves */

static unsigned long taken;

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

static bool
change_reserve(long by)
{
	FILE *f = fopen(RESERVE, "r+");
	long pages = -1;
	bool done = false;

	if (f == NULL)
		return false;
	if (fscanf(f, "%ld", &pages) == 1 && pages + by >= 0) {
		rewind(f);
		done = fprintf(f, "%ld", pages + by) > 0;
	}
	return fclose(f) == 0 && done;
}

/* Pages that are in use now are freed by the kernel when this process ends. */
static void
give_back(void)
{
	if (taken > 0)
		change_reserve(-(long)taken);
	taken = 0;
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
	return meminfo("HugePages_Free: %lu") >= wanted + free_pages;
}
