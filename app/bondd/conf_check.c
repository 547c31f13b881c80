/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_check.c - rules between the settings of the daemon. */
#include "conf_check.h"

static bool
has_core(const struct conf_cores *cores, uint32_t core)
{
	for (uint32_t i = 0; i < cores->n; i++)
		if (cores->core[i] == core)
			return true;
	return false;
}

/* Ranges in order, as in "0-3,6"; in buf. */
static const char *
cores_text(const struct conf_cores *cores, char *buf, size_t len)
{
	uint32_t last;

	buf[0] = '\0';
	for (uint32_t core = 0; core < CONF_MAX_CORES; core = last + 1) {
		last = core;
		if (!has_core(cores, core))
			continue;
		while (has_core(cores, last + 1))
			last++;
		conf_append(buf, len, "%s%u", *buf ? "," : "", core);
		if (last > core)
			conf_append(buf, len, "-%u", last);
	}
	return buf;
}

static int
check_core(const struct conf_checker *k, const char *setting, uint32_t core,
	   const struct conf_cores *machine)
{
	struct conf_place at = {-1, -1, setting};
	char list[512];

	if (!machine || has_core(machine, core))
		return 0;
	return conf_check_refuse(k, at, "core %u does not exist, this machine has %s %s", core,
				 machine->n == 1 ? "core" : "cores",
				 cores_text(machine, list, sizeof(list)));
}

static int
check_runtime(const struct conf_checker *k, const struct conf_cores *machine)
{
	static const char workers_path[] = "runtime.worker_cores";
	const struct conf_runtime *rt = &k->conf->runtime;
	const struct conf_cores *workers = &rt->worker_cores;
	struct conf_place at = {-1, -1, workers_path};
	int rc = check_core(k, "runtime.control_core", rt->control_core, machine);

	if (rc == 0 && workers->n > CONF_MAX_WORKERS)
		return conf_check_refuse(k, at, "%u cores, there may be %d at most", workers->n,
					 CONF_MAX_WORKERS);
	for (uint32_t i = 0; i < workers->n && rc == 0; i++)
		rc = check_core(k, workers_path, workers->core[i], machine);
	if (rc == 0 && has_core(workers, rt->control_core))
		return conf_check_refuse(k, at,
					 "core %u is runtime.control_core, which a worker "
					 "would starve: use other cores, or \"\"",
					 rt->control_core);
	return rc;
}

static int
check_pci_driver(const struct conf_checker *k)
{
	const struct conf_runtime *rt = &k->conf->runtime;
	const struct conf_place at = {-1, -1, "runtime.pci_driver"};

	if (rt->pci_driver != CONF_PCI_UIO || rt->allow_no_iommu)
		return 0;
	return conf_check_refuse(k, at,
				 "uio_pci_generic knows no IOMMU: it needs "
				 "runtime.allow_no_iommu = 1");
}

int
conf_check(const struct conf_checker *k, const struct conf_cores *machine)
{
	int rc = check_runtime(k, machine);

	if (rc == 0)
		rc = check_pci_driver(k);
	for (uint32_t i = 0; i < k->conf->n_bonds && rc == 0; i++)
		rc = conf_check_bond(k, i);
	if (rc == 0)
		rc = conf_check_systems(k);
	return rc == 0 ? conf_check_claims(k) : rc;
}
