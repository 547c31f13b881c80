/* SPDX-License-Identifier: BSD-3-Clause */
/* pci_lab.h - a kernel made of files in a temporary directory: PCI devices, drivers, processes. */
#ifndef PCI_LAB_H
#define PCI_LAB_H

#include "pci_private.h"

#define PCI_LAB_NICS 4

/* A NIC of the lab and the interface that its driver makes. */
struct pci_lab_nic {
	char address[PCI_ADDRESS_SIZE];
	char driver[PCI_DRIVER_SIZE]; /* that of the kernel for it */
	struct pci_users users;       /* of its interface */
	struct pci_interface now;     /* its interface; as a new one it is called "new0" .. */
	bool restored;                /* the interface was made what it was */
};

struct pci_lab {
	char dir[32], sys[64], proc[64], run[64];
	struct pci_env env;
	struct conf conf;
	struct conf_bond bond;
	unsigned int n_nics;
	struct pci_lab_nic nic[PCI_LAB_NICS];
	unsigned int writes;    /* so far */
	unsigned int die_at;    /* the process ends instead of this write; 0: never */
	const char *refuses;    /* a driver that does not bind, NULL: all do */
	const char *modules[4]; /* what modprobe finds, NULL-ended */
	unsigned int naps;
};

void pci_lab_open(struct pci_lab *lab);

/** Remove the directory. */
void pci_lab_close(struct pci_lab *lab);

/**
 * Plug a device in. @param class 24 bits @param driver "": none is bound @param group -1: none
 */
struct pci_lab_nic *pci_lab_plug(struct pci_lab *lab, const char *address, uint32_t class,
				 const char *driver, int group);

/** Pull it out. */
void pci_lab_unplug(struct pci_lab *lab, const char *address);

/** The kernel gets a driver. */
void pci_lab_driver(struct pci_lab *lab, const char *driver);

/** @return name of the driver it is bound to, "" for none; until the next call */
const char *pci_lab_bound(struct pci_lab *lab, const char *address);

/** @return what driver_override says; until the next call */
const char *pci_lab_override(struct pci_lab *lab, const char *address);

/** Write a file below the directory. */
void pci_lab_file(struct pci_lab *lab, const char *path, const char *text);

/** Make a symbolic link below the directory. */
void pci_lab_link(struct pci_lab *lab, const char *path, const char *to);

/** Make a directory below the directory, with all above it. */
void pci_lab_mkdir(struct pci_lab *lab, const char *path);

/** @return a member of the lab's only bond, with that PCI address */
struct conf_member *pci_lab_member(struct pci_lab *lab, const char *name, const char *address);

#endif
