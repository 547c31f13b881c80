/* SPDX-License-Identifier: BSD-3-Clause */
/* pci_owner.h - a daemon that takes NICs of the lab, and what a test then asserts about them. */
#ifndef PCI_OWNER_H
#define PCI_OWNER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pci_lab.h"

#define NIC  0x020000
#define ONE  "0000:03:00.0"
#define TWO  "0000:03:00.1"
#define VFIO "vfio-pci"

extern struct pci_lab lab;
extern struct pci pci;
extern struct conf_err err;

/* Fixture of a test. */
int owner_setup(void **state);
int owner_teardown(void **state);

/** Take a NIC; fails the test when it is refused. */
struct pci_device *take(const char *name, const char *address);

/** A NIC must be refused. @return -errno, with the sentence in err */
int refused(const char *name, const char *address);

/** The sentence in err must have that in it. */
void assert_says(const char *part);

/** A NIC must be as pci_lab_plug() made it. @param name, number of its interface */
void assert_as_it_was(const struct pci_lab_nic *n, const char *name, unsigned int number);

/** @return how many NICs of the lab have a record */
unsigned int records(void);

#define OWNER_TEST(f) cmocka_unit_test_setup_teardown(f, owner_setup, owner_teardown)

#endif
