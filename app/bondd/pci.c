/* SPDX-License-Identifier: BSD-3-Clause */
/* pci.c - takes NICs from the kernel for DPDK and gives them back. */
#include "pci.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "netdev.h"
#include "pci_private.h"

bool
pci_is_member(const struct conf *conf, const char *address)
{
	for (uint32_t i = 0; i < conf->n_bonds; i++)
		for (uint32_t m = 0; m < conf->bonds[i].n_members; m++)
			if (conf->bonds[i].member[m].kind == CONF_PORT_PCI &&
			    strcmp(conf->bonds[i].member[m].port, address) == 0)
				return true;
	return false;
}

static void
unlink_device(struct pci_device *d)
{
	struct pci_device **at = &d->pci->held;

	while (*at != d)
		at = &(*at)->next;
	*at = d->next;
}

static void
give_back(const struct pci_env *env, struct pci_device *d)
{
	unlink_device(d);
	if (pci_give_back(env, &d->record) == 0)
		pci_record_drop(env, d->claim, d->record.address);
	else
		close(d->claim); /* the record stays, for --release or the next start */
	free(d);
}

/* The NICs of a group go together, and each of those without a group alone. */
static bool
may_go(const struct pci *pci, const struct pci_device *d)
{
	for (const struct pci_device *o = pci->held; o != NULL; o = o->next)
		if (o->used && (o == d || (o->group == d->group && d->group >= 0)))
			return false;
	return true;
}

void
pci_release_in(const struct pci_env *env, struct pci_device *device)
{
	struct pci *pci = device->pci;
	const int group = device->group;
	struct pci_device *next;

	device->used = false;
	if (!may_go(pci, device))
		return;
	for (struct pci_device *d = pci->held; d != NULL; d = next) {
		next = d->next;
		if (d == device || (group >= 0 && d->group == group))
			give_back(env, d);
	}
}

struct pci *
pci_open(const struct conf *conf, bool hugepages)
{
	struct pci *pci = calloc(1, sizeof(*pci));

	if (pci != NULL)
		*pci = (struct pci){.conf = conf, .hugepages = hugepages};
	return pci;
}

static void
say(const char *sentence)
{
	log_notice("%s", sentence);
}

static void
log_taken(const struct pci_device *d, const char *bond, const char *member)
{
	const struct pci_record *r = &d->record;

	if (r->driver_set[0] == '\0')
		log_info("%s: %s: PCI device %s has driver %s: used as it is", bond, member,
			 r->address, d->driver);
	else
		log_info("%s: %s: PCI device %s%s%s: driver %s instead of %s while it is ours",
			 bond, member, r->address, r->n_interfaces > 0 ? ", " : "",
			 r->interface[0].name, d->driver,
			 r->driver_was[0] != '\0' ? r->driver_was : "none");
}

/* Of each NIC of the configuration: whether it may be taken, or take it. */
static int
go_through(const struct pci_env *env, struct pci *pci, bool take, struct conf_err *err)
{
	struct pci_device *device;
	int rc = 0;

	for (uint32_t i = 0; i < pci->conf->n_bonds && rc == 0; i++) {
		const struct conf_bond *b = &pci->conf->bonds[i];

		for (uint32_t m = 0; m < b->n_members && rc == 0; m++) {
			const struct conf_member *member = &b->member[m];

			if (member->kind != CONF_PORT_PCI)
				continue;
			rc = take ? pci_take_in(env, pci, b->name, member, &device, err)
				  : pci_check_in(env, pci, b->name, member, err);
			if (take && rc == 0)
				log_taken(device, b->name, member->name);
		}
	}
	return rc;
}

/* First asked of all, so that a start which is refused does not touch those before the refusal. */
int
pci_take_all(struct pci *pci, struct conf_err *err)
{
	struct pci_env env;
	int rc = pci_env_open(&env);

	if (rc < 0) {
		snprintf(err->msg, sizeof(err->msg), "netlink: %s", strerror(-rc));
		return rc;
	}
	netdev_recover(env.ctx); /* what the dead one held is nobody's */
	pci_recover(&env, pci->conf, say);
	rc = go_through(&env, pci, false, err);
	if (rc == 0)
		rc = go_through(&env, pci, true, err);
	else
		pci_recover(&env, NULL, say); /* what a dead one left does not stay with DPDK */
	while (rc < 0 && pci->held != NULL)
		give_back(&env, pci->held);
	pci_env_close(&env);
	return rc;
}

static struct pci_device *
find(const struct pci *pci, const char *address)
{
	struct pci_device *d = pci->held;

	while (d != NULL && strcmp(d->record.address, address) != 0)
		d = d->next;
	return d;
}

int
pci_take(struct pci *pci, const char *bond, const struct conf_member *member,
	 struct pci_device **device, struct conf_err *err)
{
	struct pci_env env;
	int rc;

	*device = find(pci, member->port);
	if (*device != NULL) {
		(*device)->used = true;
		return 0;
	}
	rc = pci_env_open(&env);
	if (rc < 0)
		snprintf(err->msg, sizeof(err->msg), "netlink: %s", strerror(-rc));
	else
		rc = pci_take_in(&env, pci, bond, member, device, err);
	pci_env_close(&env);
	if (rc == 0) {
		(*device)->used = true;
		log_taken(*device, bond, member->name);
	}
	return rc;
}

void
pci_release(struct pci_device *device)
{
	struct pci_env env;

	if (device == NULL)
		return;
	if (pci_env_open(&env) == 0)
		pci_release_in(&env, device);
	pci_env_close(&env);
}

void
pci_abandon(struct pci_device *d)
{
	if (d == NULL)
		return;
	d->pci->abandoned = true;
	unlink_device(d);
	close(d->claim);
	free(d);
}

void
pci_close(struct pci *pci)
{
	struct pci_env env;

	if (pci == NULL)
		return;
	if (pci->held != NULL || pci->abandoned) {
		if (pci_env_open(&env) == 0) {
			while (pci->held != NULL)
				give_back(&env, pci->held);
			if (pci->abandoned)
				pci_recover(&env, NULL, say);
		}
		pci_env_close(&env);
	}
	free(pci);
}

bool
pci_any(const struct pci *pci)
{
	return pci->held != NULL;
}

bool
pci_physical(const struct pci *pci)
{
	bool physical = false;

	for (const struct pci_device *d = pci->held; d != NULL; d = d->next)
		physical |= d->physical;
	return physical;
}

const char *
pci_kernel_driver(const struct pci_device *d)
{
	return d->record.driver_was;
}

const char *
pci_dpdk_driver(const struct pci_device *d)
{
	return d->driver;
}

bool
pci_is_there(const char *address)
{
	char path[64];

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s", address);
	return access(path, F_OK) == 0;
}
