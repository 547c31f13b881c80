/* SPDX-License-Identifier: BSD-3-Clause */
/* pci_take.c - takes one NIC: claim, look, decide, write down, bind; or leaves all as it was. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pci_private.h"

/* The same NIC may be named twice: by its address and by its interface. */
static void
find_twin(const struct conf *conf, const struct pci_interface *interface, struct pci_users *users)
{
	for (uint32_t i = 0; i < conf->n_bonds; i++)
		for (uint32_t m = 0; m < conf->bonds[i].n_members; m++) {
			const struct conf_member *member = &conf->bonds[i].member[m];

			if (member->kind == CONF_PORT_NETDEV &&
			    strcmp(member->port, interface->name) == 0)
				snprintf(users->owner, sizeof(users->owner),
					 "member %s of %s as a netdev", member->name,
					 conf->bonds[i].name);
		}
}

static void
look(const struct pci_env *env, const struct conf *conf, const char *address, struct pci_facts *f)
{
	pci_sysfs_look(env, address, f);
	pci_proc_holder(env, f, f->holder, sizeof(f->holder));
	for (unsigned int i = 0; i < f->n_interfaces; i++) {
		env->look(env, &f->interface[i]);
		env->users(env, &f->interface[i], &f->users[i]);
		find_twin(conf, &f->interface[i], &f->users[i]);
	}
}

/* What the kernel has is only asked where it matters: asking loads modules. */
static struct pci_terms
terms_of(const struct pci *pci, const struct pci_env *env, const struct pci_facts *f,
	 const char *bond, const struct conf_member *member)
{
	struct pci_terms t = {.bond = bond,
			      .member = member->name,
			      .driver = pci->conf->runtime.pci_driver,
			      .allow_no_iommu = pci->conf->runtime.allow_no_iommu,
			      .hugepages = pci->hugepages,
			      .force = member->force,
			      .conf = pci->conf};

	if (f->present && f->group < 0 && t.allow_no_iommu && !pci_driver_is_dpdk(f->driver)) {
		t.have_uio =
			t.driver != CONF_PCI_VFIO && pci_sysfs_have_driver(env, "uio_pci_generic");
		t.have_unsafe = !t.have_uio && pci_sysfs_have_driver(env, "vfio-pci") &&
				pci_sysfs_unsafe(env) >= 0;
	}
	return t;
}

/* What it was like: as found, or as the dead daemon found it whose work we go on with. */
static void
fill(struct pci_record *r, const struct pci_record *stale, const struct pci_facts *f,
     const struct pci_plan *plan, const char *bond)
{
	const bool ours = stale->driver_set[0] != '\0' &&
			  (strcmp(f->driver, stale->driver_set) == 0 || f->driver[0] == '\0');

	*r = (struct pci_record){0};
	if (ours) {
		*r = *stale;
	} else {
		snprintf(r->driver_was, sizeof(r->driver_was), "%s", f->driver);
		snprintf(r->override_was, sizeof(r->override_was), "%s", f->override);
		r->n_interfaces = f->n_interfaces;
		memcpy(r->interface, f->interface, sizeof(r->interface));
	}
	if (plan->bind)
		snprintf(r->driver_set, sizeof(r->driver_set), "%s", plan->driver);
	r->pid = getpid();
	snprintf(r->address, sizeof(r->address), "%s", f->address);
	snprintf(r->bond, sizeof(r->bond), "%s", bond);
}

static int
carry_out(const struct pci_env *env, const struct pci_plan *plan, struct pci_record *r,
	  const struct pci_terms *t, struct conf_err *err)
{
	int rc;

	if (plan->bind && !pci_sysfs_have_driver(env, plan->driver)) {
		snprintf(err->msg, sizeof(err->msg),
			 "%s: %s: PCI device %s needs driver %s, which this kernel does not have "
			 "(modprobe %s)",
			 t->bond, t->member, r->address, plan->driver, plan->driver);
		return -ENODEV;
	}
	r->unsafe_was_off |= plan->unsafe && pci_sysfs_unsafe(env) == 0;
	rc = pci_record_write(env, r);
	if (rc < 0) {
		snprintf(err->msg, sizeof(err->msg),
			 "%s: %s: PCI device %s: cannot keep a record under %s: %s", t->bond,
			 t->member, r->address, env->run, strerror(-rc));
		return rc;
	}
	if (!plan->bind)
		return 0;
	if (plan->unsafe)
		pci_sysfs_set_unsafe(env, true);
	rc = pci_sysfs_bind(env, r->address, plan->driver, r->override_was);
	if (rc == 0)
		return 0;
	snprintf(err->msg, sizeof(err->msg),
		 "%s: %s: PCI device %s: driver %s does not take it: %s", t->bond, t->member,
		 r->address, plan->driver, strerror(-rc));
	pci_give_back(env, r);
	return rc;
}

static int
claim(const struct pci_env *env, const char *bond, const struct conf_member *member,
      struct conf_err *err)
{
	struct pci_record owner;
	const int fd = pci_record_claim(env, member->port);

	if (fd >= 0)
		return fd;
	if (fd == -EBUSY && pci_record_read(env, member->port, &owner) == 0)
		snprintf(err->msg, sizeof(err->msg),
			 "%s: %s: PCI device %s belongs to %s of another dpdk-bondd (pid %d)", bond,
			 member->name, member->port, owner.bond, (int)owner.pid);
	else
		snprintf(err->msg, sizeof(err->msg),
			 "%s: %s: PCI device %s: cannot keep a record under %s: %s", bond,
			 member->name, member->port, env->run, strerror(-fd));
	return fd;
}

int
pci_check_in(const struct pci_env *env, const struct pci *pci, const char *bond,
	     const struct conf_member *member, struct conf_err *err)
{
	struct pci_facts facts;
	struct pci_terms terms;
	struct pci_plan plan;

	look(env, pci->conf, member->port, &facts);
	terms = terms_of(pci, env, &facts, bond, member);
	return pci_decide(&facts, &terms, &plan, err);
}

int
pci_take_in(const struct pci_env *env, struct pci *pci, const char *bond,
	    const struct conf_member *member, struct pci_device **device, struct conf_err *err)
{
	struct pci_device *d = calloc(1, sizeof(*d));
	struct pci_facts facts;
	struct pci_record stale;
	struct pci_terms terms;
	struct pci_plan plan;
	int rc;

	if (d == NULL) {
		snprintf(err->msg, sizeof(err->msg), "%s: %s: no memory", bond, member->name);
		return -ENOMEM;
	}
	d->claim = rc = claim(env, bond, member, err);
	if (rc < 0) {
		free(d);
		return rc;
	}
	if (pci_record_read(env, member->port, &stale) < 0)
		stale = (struct pci_record){0};
	look(env, pci->conf, member->port, &facts);
	terms = terms_of(pci, env, &facts, bond, member);
	rc = pci_decide(&facts, &terms, &plan, err);
	if (rc == 0) {
		fill(&d->record, &stale, &facts, &plan, bond);
		rc = carry_out(env, &plan, &d->record, &terms, err);
	}
	if (rc < 0) {
		if (stale.address[0] != '\0')
			pci_give_back(env, &stale);
		pci_record_drop(env, d->claim, member->port);
		free(d);
		return rc;
	}
	snprintf(d->driver, sizeof(d->driver), "%s", plan.driver);
	pci_sysfs_look(env, member->port, &facts); /* vfio makes a group where no IOMMU does */
	d->group = facts.group;
	d->physical = plan.physical;
	d->pci = pci;
	d->next = pci->held;
	pci->held = *device = d;
	return 0;
}
