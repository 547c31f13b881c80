/* SPDX-License-Identifier: BSD-3-Clause */
/* pci.h - NICs by PCI address: taken from the kernel for DPDK, and given back as they were. */
#ifndef PCI_H
#define PCI_H

#include <stdbool.h>

#include "conf.h"

/* All NICs that this process has taken. Control thread only. */
struct pci;

/* A taken NIC. */
struct pci_device;

/**
 * Begin. @param conf says which driver to use and which NICs are members; outlives the result
 * @param hugepages DPDK's memory is of hugepages @return NULL: no memory
 */
struct pci *pci_open(const struct conf *conf, bool hugepages);

/**
 * Take every NIC that the configuration names, before DPDK starts; first give back those that a
 * dead daemon left and the configuration does not name. Why all at once: the NICs of one IOMMU group
 * go together, and DPDK decides at its start how it addresses memory.
 * @return 0 or -errno with a sentence; then every NIC is as it was
 */
int pci_take_all(struct pci *pci, struct conf_err *err);

/**
 * Take one NIC, if pci_take_all() has not done so.
 * @param bond for messages and for those who ask who owns it
 * @param member name of the member and its settings, read during the call
 * @return 0; -ENODEV: there is none; -EBUSY: somebody uses it; or another -errno; with a sentence,
 * and nothing has changed
 */
int pci_take(struct pci *pci, const char *bond, const struct conf_member *member,
	     struct pci_device **device, struct conf_err *err);

/**
 * The port on it is closed: give it back, or once the last port of its IOMMU group is closed. NULL
 * is fine.
 */
void pci_release(struct pci_device *device);

/** Give back what is still held, and free. NULL is fine. */
void pci_close(struct pci *pci);

/** @return whether any NIC is held */
bool pci_any(const struct pci *pci);

/** Does a NIC need physical addresses, because no IOMMU stands between it and memory? */
bool pci_physical(const struct pci *pci);

/** @return kernel driver it had when it was taken, "" for none */
const char *pci_kernel_driver(const struct pci_device *device);

/** @return kernel driver through which DPDK reaches it */
const char *pci_dpdk_driver(const struct pci_device *device);

/**
 * The NIC was pulled out, and the port on it is closed. Its record stays: if it was only taken from
 * us, pci_take() or --release knows to whom it belongs. NULL is fine.
 */
void pci_abandon(struct pci_device *device);

/** @return whether this machine has a device at that PCI address now */
bool pci_is_there(const char *address);

/**
 * Give back what records of dead daemons say: NICs, and interfaces of this network namespace.
 * @param say called with a sentence for each
 * @return how many; -EBUSY with a sentence: a daemon lives, nothing has changed; or another -errno
 */
int pci_release_stale(void (*say)(const char *sentence), struct conf_err *err);

#endif
