/* SPDX-License-Identifier: BSD-3-Clause */
/* host_threads.c - finds the threads of vhost-net and tells the kernel where they may run. */
#include "host_threads.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_lcore.h>

#include "log.h"

/* A list of the kernel such as "0-3,5". @return false: there is no such file */
static bool
read_cpus(const char *path, cpu_set_t *set)
{
	FILE *f = fopen(path, "re");
	unsigned int from, to;
	int n;

	CPU_ZERO(set);
	if (f == NULL)
		return false;
	while (fscanf(f, "%u", &from) == 1) {
		to = from;
		n = fgetc(f);
		if (n == '-' && fscanf(f, "%u", &to) == 1)
			n = fgetc(f);
		for (; from <= to && from < CPU_SETSIZE; from++)
			CPU_SET(from, set);
		if (n != ',')
			break;
	}
	fclose(f);
	return true;
}

static void
without(cpu_set_t *set, const cpu_set_t *others)
{
	cpu_set_t both, rest;

	CPU_AND(&both, set, others);
	CPU_XOR(&rest, set, &both);
	if (CPU_COUNT(&rest) > 0)
		*set = rest;
}

/* Every core but those of workers that poll and, if any are left, those isolated from the kernel. */
static void
choose(const struct bondd *d, cpu_set_t *set)
{
	cpu_set_t workers, isolated;

	if (!read_cpus("/sys/devices/system/cpu/online", set) || CPU_COUNT(set) == 0)
		for (unsigned int i = 0; i < CPU_SETSIZE; i++)
			CPU_SET(i, set);
	CPU_ZERO(&workers);
	for (unsigned int i = 0; i < d->dp.n_workers; i++) {
		const rte_cpuset_t own = rte_lcore_cpuset(d->dp.worker[i].lcore);

		if (!d->dp.worker[i].sleeps)
			CPU_OR(&workers, &workers, &own);
	}
	without(set, &workers);
	if (read_cpus("/sys/devices/system/cpu/isolated", &isolated))
		without(set, &isolated);
}

/* Before Linux 6.4 they are threads of the kernel, since then they are ours. */
static unsigned int
place_in(const char *dir, const char *name, const cpu_set_t *set, int *error)
{
	unsigned int found = 0;
	const struct dirent *e;
	DIR *list = opendir(dir);

	while (list != NULL && (e = readdir(list)) != NULL) {
		char path[300], comm[32] = "";
		FILE *f;

		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "%s/%s/comm", dir, e->d_name);
		f = fopen(path, "re");
		if (f == NULL)
			continue;
		if (fscanf(f, "%31s", comm) == 1 && strcmp(comm, name) == 0) {
			found++;
			if (sched_setaffinity((pid_t)strtol(e->d_name, NULL, 10), sizeof(*set),
					      set) < 0)
				*error = errno;
		}
		fclose(f);
	}
	if (list != NULL)
		closedir(list);
	return found;
}

void
host_threads_place(const struct bondd_bond *b)
{
	unsigned int found;
	int error = 0;
	cpu_set_t set;
	char name[32];

	choose(b->daemon, &set);
	snprintf(name, sizeof(name), "vhost-%d", (int)getpid());
	found = place_in("/proc/self/task", name, &set, &error);
	if (found == 0)
		found = place_in("/proc", name, &set, &error);
	if (found == 0)
		log_warning("%s: the threads of vhost-net (%s) are not visible here: they may "
			    "run on the cores of workers",
			    b->conf->name, name);
	else if (error != 0)
		log_warning("%s: the threads of vhost-net (%s) stay where they are, maybe on the "
			    "cores of workers: %s",
			    b->conf->name, name, strerror(error));
	else
		log_info("%s: %u threads of vhost-net (%s) may run on %d cores, not on those of "
			 "workers",
			 b->conf->name, found, name, CPU_COUNT(&set));
}
