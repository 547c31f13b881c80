/* SPDX-License-Identifier: BSD-3-Clause */
/* pci_owner.c - a daemon that takes NICs of the lab, and what a test then asserts about them. */
#include "pci_owner.h"

#include <errno.h>
#include <string.h>

#include "log.h"

struct pci_lab lab;
struct pci pci;
struct conf_err err;

int
owner_setup(void **state)
{
	(void)state;
	pci_lab_open(&lab);
	pci = (struct pci){.conf = &lab.conf, .hugepages = true};
	err.msg[0] = '\0';
	log_set_level(LOG_LEVEL_ERROR);
	return 0;
}

int
owner_teardown(void **state)
{
	(void)state;
	while (pci.held != NULL) {
		pci.held->used = false;
		pci_release_in(&lab.env, pci.held);
	}
	pci_lab_close(&lab);
	return 0;
}

struct pci_device *
take(const char *name, const char *address)
{
	const struct conf_member *m = pci_lab_member(&lab, name, address);
	struct pci_device *d;
	int rc = pci_take_in(&lab.env, &pci, "bond0", m, &d, &err);

	if (rc < 0)
		fail_msg("%s", err.msg);
	d->used = true;
	return d;
}

int
refused(const char *name, const char *address)
{
	const struct conf_member *m = pci_lab_member(&lab, name, address);
	struct pci_device *d;
	int rc = pci_take_in(&lab.env, &pci, "bond0", m, &d, &err);

	assert_true(rc < 0);
	assert_null(pci.held);
	return rc;
}

void
assert_says(const char *part)
{
	if (strstr(err.msg, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, err.msg);
}

void
assert_as_it_was(const struct pci_lab_nic *n, const char *name, unsigned int number)
{
	const uint8_t mac[6] = {2, 1, 1, 1, 1, (uint8_t)number};

	assert_string_equal(pci_lab_bound(&lab, n->address), n->driver);
	assert_string_equal(pci_lab_override(&lab, n->address), "");
	assert_string_equal(n->now.name, name);
	assert_int_equal(n->now.mtu, 9000);
	assert_true(n->now.up);
	assert_memory_equal(n->now.mac, mac, 6);
}

unsigned int
records(void)
{
	struct pci_record r;
	unsigned int n = 0;

	for (unsigned int i = 0; i < lab.n_nics; i++)
		n += pci_record_read(&lab.env, lab.nic[i].address, &r) != -ENOENT;
	return n;
}
