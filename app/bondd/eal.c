/* SPDX-License-Identifier: BSD-3-Clause */
/* eal.c - builds the arguments of rte_eal_init() and calls it. */
#include "eal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>

#include "dp_simd.h"
#include "log.h"
#include "quiet.h"

#define MBUF_COST 2560   /* octets of memory a packet buffer takes, with its share of the pool */
#define MAX_MBUFS 262143 /* beyond this more buffers only cost cache */

struct arguments {
	int n;
	char *text[EAL_MAX_ARGS + 1];
};

__attribute__((format(printf, 2, 3))) static void
add(struct arguments *a, const char *fmt, ...)
{
	va_list ap;

	if (a->n == EAL_MAX_ARGS)
		return;
	va_start(ap, fmt);
	if (vasprintf(&a->text[a->n], fmt, ap) >= 0)
		a->n++;
	va_end(ap);
	a->text[a->n] = NULL;
}

/* @return a number that the kernel writes about hugepages of a size, 0 if it does not */
static unsigned long
pages(unsigned long kb, const char *what)
{
	char path[80];
	unsigned long n = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/mm/hugepages/hugepages-%lukB/%s", kb, what);
	f = fopen(path, "re");
	if (f == NULL)
		return 0;
	if (fscanf(f, "%lu", &n) != 1)
		n = 0;
	fclose(f);
	return n;
}

/* Those that others have mapped and not touched yet count as free in the kernel's books. */
static unsigned long
free_hugepages_mb(void)
{
	static const unsigned long sizes_mb[] = {2, 1024};
	unsigned long sum = 0;

	for (size_t i = 0; i < sizeof(sizes_mb) / sizeof(sizes_mb[0]); i++) {
		const unsigned long kb = sizes_mb[i] * 1024, n = pages(kb, "free_hugepages"),
				    reserved = pages(kb, "resv_hugepages");

		sum += n > reserved ? (n - reserved) * sizes_mb[i] : 0;
	}
	return sum;
}

bool
eal_has_hugepages(const struct conf *conf)
{
	return conf->runtime.hugepages != CONF_HUGEPAGES_OFF &&
	       free_hugepages_mb() >= conf->runtime.memory_mb;
}

/* @param have MB of hugepages that are free */
static void
tell_memory(const struct conf *conf, bool hugepages, unsigned long have)
{
	const unsigned long want = conf->runtime.memory_mb;

	if (hugepages)
		log_info("memory: %lu MB of hugepages", want);
	else if (conf->runtime.hugepages == CONF_HUGEPAGES_OFF)
		log_info("memory: %lu MB of ordinary pages (runtime.hugepages = \"off\")", want);
	else
		log_notice("memory: %lu MB of ordinary pages, which are slower: %lu MB of "
			   "hugepages are free, %lu are wanted (scripts/setup-hugepages %lu)",
			   want, have, want, want);
}

static int
add_memory(const struct conf *conf, struct arguments *a, struct eal *eal, struct conf_err *err)
{
	const unsigned long have = free_hugepages_mb(), want = conf->runtime.memory_mb;

	eal->hugepages = eal_has_hugepages(conf);
	if (conf->runtime.hugepages == CONF_HUGEPAGES_REQUIRE && !eal->hugepages) {
		snprintf(err->msg, sizeof(err->msg),
			 "runtime.hugepages = \"require\": %lu MB are free, memory_mb = %lu are "
			 "wanted; reserve them (scripts/setup-hugepages %lu)",
			 have, want, want);
		return -ENOMEM;
	}
	add(a, "-m");
	add(a, "%lu", want);
	if (eal->hugepages) { /* one file a page size, so that vhost peers can map it */
		add(a, "--in-memory");
		add(a, "--single-file-segments");
	} else {
		add(a, "--no-huge");
		add(a, "--no-shconf");
	}
	tell_memory(conf, eal->hugepages, have);
	return 0;
}

static int
add_cores(const struct conf *conf, struct arguments *a, struct eal *eal, struct conf_err *err)
{
	const struct conf_cores *workers = &conf->runtime.worker_cores;
	const unsigned int control = conf->runtime.control_core;
	char lcores[1024];
	struct conf_cores all;
	size_t at = snprintf(lcores, sizeof(lcores), "%u@%u", control, control);

	if (workers->n > DP_MAX_WORKERS) {
		snprintf(err->msg, sizeof(err->msg), "runtime.worker_cores: %u workers, at most %d",
			 workers->n, DP_MAX_WORKERS);
		return -EINVAL;
	}
	eal->sleep = workers->n == 0;
	if (eal->sleep) {
		eal->n_workers = 1;
		eal->lcore[0] = control == 0 ? 1 : 0;
		conf_cores_of_machine(&all);
		at += snprintf(lcores + at, sizeof(lcores) - at, ",%u@(", eal->lcore[0]);
		for (uint32_t i = 0; i < all.n && at < sizeof(lcores); i++)
			at += snprintf(lcores + at, sizeof(lcores) - at, "%s%u", i > 0 ? "," : "",
				       all.core[i]);
		snprintf(lcores + at, sizeof(lcores) - at, ")");
	} else {
		eal->n_workers = workers->n;
		for (uint32_t i = 0; i < workers->n; i++) {
			eal->lcore[i] = workers->core[i];
			at += snprintf(lcores + at, sizeof(lcores) - at, ",%u@%u", workers->core[i],
				       workers->core[i]);
		}
	}
	add(a, "--lcores=%s", lcores);
	add(a, "--main-lcore=%u", control);
	return 0;
}

/*
 * Devices are probed one by one when their members join, so that each failure can be told and what is
 * probed can be removed again. Here is only said that no other is: by allowing one that no machine
 * has.
 */
static void
add_devices(struct arguments *a, const struct eal *eal)
{
	if (access("/sys/bus/pci/devices", F_OK) < 0) {
		add(a, "--no-pci");
		return;
	}
	add(a, "--allow=ffff:ff:1f.7");
	if (eal->pci)
		add(a, "--iova-mode=%s", eal->physical ? "pa" : "va");
}

/* Of a wrong argument EAL says so on standard error, and all that it knows, pages, on the other one. */
static int
init(struct arguments *a)
{
	const int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3),
		  null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	int rc;

	fflush(stdout);
	if (out >= 0 && null >= 0)
		dup2(null, STDOUT_FILENO);
	rc = rte_eal_init(a->n, a->text);
	fflush(stdout);
	if (out >= 0) {
		dup2(out, STDOUT_FILENO);
		close(out);
	}
	if (null >= 0)
		close(null);
	return rc;
}

int
eal_start(const struct conf *conf, char *const *extra, struct eal *eal, struct conf_err *err)
{
	struct arguments a = {0};
	int rc;

	add(&a, "dpdk-bondd");
	add(&a, "--file-prefix=bondd");
	add(&a, "--no-telemetry");
	add(&a, "--log-level=%s", conf->log.level >= CONF_LOG_DEBUG ? "info" : "error");
	if (conf->log.level < CONF_LOG_DEBUG) {
		/* One complains of a missing queueing discipline, one every time it tries. */
		add(&a, "--log-level=pmd.net.tap:critical");
		add(&a, "--log-level=pmd.net.memif:critical");
	}
	rc = add_cores(conf, &a, eal, err);
	if (rc == 0)
		rc = add_memory(conf, &a, eal, err);
	if (rc < 0)
		return rc;
	add_devices(&a, eal);
	for (uint32_t i = 0; i < conf->runtime.eal_args.n; i++)
		add(&a, "%s", conf->runtime.eal_args.text[i]);
	for (; extra != NULL && *extra != NULL; extra++)
		add(&a, "%s", *extra);
	if (init(&a) < 0) { /* EAL keeps pointers to its arguments: not freed */
		snprintf(err->msg, sizeof(err->msg),
			 "DPDK does not start: %s (see the lines of EAL above; -v shows more)",
			 rte_strerror(rte_errno));
		return -EIO;
	}
	if (conf->log.level < CONF_LOG_DEBUG) /* from here on we say what failed ourselves */
		rte_log_set_level(RTE_LOGTYPE_EAL, RTE_LOG_CRIT);
	dp_simd_init();
	quiet_xdp();
	return 0;
}

/*
 * No rte_eal_cleanup(): it unmaps memory that EAL's interrupt thread, which nobody stops, may still
 * read (DPDK 22.11; seen as a crash in rte_intr_fd_get()). The process ends now, and without
 * shared configuration nothing of EAL outlives it but an empty directory.
 */
void
eal_stop(void)
{
	rmdir(rte_eal_get_runtime_dir()); /* unless another one uses it */
}

unsigned int
eal_mbufs(const struct conf *conf)
{
	/* Half: rings, tables and drivers live on the rest, and memory comes in pieces. */
	const uint64_t n = (uint64_t)conf->runtime.memory_mb * 1024 * 1024 / 2 / MBUF_COST;

	return n < MAX_MBUFS ? n : MAX_MBUFS;
}
