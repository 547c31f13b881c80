/* SPDX-License-Identifier: BSD-3-Clause */
/* eal.h - from the configuration to DPDK's own start: cores, memory, devices. */
#ifndef EAL_H
#define EAL_H

#include <stdbool.h>

#include "conf.h"
#include "dp.h"

#define EAL_MAX_ARGS 192

/* What the workers need to know of what was chosen. */
struct eal {
	unsigned int n_workers;
	unsigned int lcore[DP_MAX_WORKERS];
	bool sleep;     /* worker_cores = "": one worker, on any core, that sleeps when idle */
	bool hugepages; /* as chosen */
	bool pci;       /* to be set before: there are NICs */
	bool physical;  /* likewise: they reach memory by its physical addresses */
};

/**
 * Initialise EAL. Once a process; the calling thread becomes the control thread.
 * @param eal filled, but for what is to be set before
 * @param extra further EAL arguments (what stands behind -- on the command line), NULL-ended
 * @return 0, -errno with a sentence
 */
int eal_start(const struct conf *conf, char *const *extra, struct eal *eal, struct conf_err *err);

/** Will DPDK's memory be of hugepages, as things are now? */
bool eal_has_hugepages(const struct conf *conf);

/** End EAL and remove the folder it made under /run. */
void eal_stop(void);

/** How many packet buffers memory_mb has room for, beside everything else. */
unsigned int eal_mbufs(const struct conf *conf);

#endif
