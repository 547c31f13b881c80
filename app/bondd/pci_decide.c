/* SPDX-License-Identifier: BSD-3-Clause */
/* pci_decide.c - may a NIC be taken, and which driver lends it to DPDK: facts in, a plan out. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "pci_private.h"

#define VFIO "vfio-pci"
#define UIO  "uio_pci_generic"

/* One sentence that begins with the names of what it is about. */
__attribute__((format(printf, 5, 6))) static int
refuse(const struct pci_facts *f, const struct pci_terms *t, struct conf_err *err, int rc,
       const char *fmt, ...)
{
	const char *interface = f->n_interfaces > 0 ? f->interface[0].name : "";
	va_list ap;
	int n = snprintf(err->msg, sizeof(err->msg), "%s: %s: PCI device %s%s%s%s ", t->bond,
			 t->member, f->address, *interface ? " (" : "", interface,
			 *interface ? ")" : "");

	va_start(ap, fmt);
	vsnprintf(err->msg + n, sizeof(err->msg) - n, fmt, ap);
	va_end(ap);
	return rc;
}

static const char *
class_name(uint32_t class)
{
	static const struct {
		uint32_t class, mask;
		const char *name;
	} names[] = {
		{0x010000, 0xff0000, "a storage controller"},
		{0x028000, 0xffff00, "a network controller of another kind, such as Wi-Fi"},
		{0x020000, 0xff0000, "a network controller, but not of Ethernet"},
		{0x030000, 0xff0000, "a display controller"},
		{0x040000, 0xff0000, "a multimedia device"},
		{0x050000, 0xff0000, "a memory controller"},
		{0x060000, 0xff0000, "a bridge"},
		{0x070000, 0xff0000, "a communication controller"},
		{0x0c0300, 0xffff00, "a USB controller"},
		{0x120000, 0xff0000, "an accelerator"},
		{0, 0, "another kind of device"},
	};
	size_t i = 0;

	while ((class & names[i].mask) != names[i].class)
		i++;
	return names[i].name;
}

static int
check_device(const struct pci_facts *f, const struct pci_terms *t, struct conf_err *err)
{
	const uint32_t kind = f->class >> 8;

	if (!f->present)
		return refuse(f, t, err, -ENODEV, "is not there%s%s",
			      f->cards[0] != '\0' ? ", the network cards here are "
						  : ", and no network card is",
			      f->cards);
	if (kind != 0x0200 && kind != 0x0207)
		return refuse(f, t, err, -EINVAL, "is no network card: it is %s (class %04x)",
			      class_name(f->class), kind);
	if (f->holder[0] != '\0')
		return refuse(f, t, err, -EBUSY, "is used by %s", f->holder);
	return 0;
}

/* What force does not help against: others would lose more than the NIC. */
static int
check_ties(const struct pci_facts *f, unsigned int i, const struct pci_terms *t,
	   struct conf_err *err)
{
	const struct pci_users *u = &f->users[i];
	const char *name = f->interface[i].name;

	if (u->owner[0] != '\0')
		return refuse(f, t, err, -EBUSY, "belongs to %s", u->owner);
	if (u->master[0] != '\0')
		return refuse(f, t, err, -EBUSY,
			      "is enslaved to %s: release it first (ip link set %s nomaster)",
			      u->master, name);
	if (u->upper[0] != '\0')
		return refuse(f, t, err, -EBUSY, "carries %s: remove that first (ip link del %s)",
			      u->upper,
			      strrchr(u->upper, ' ') != NULL ? strrchr(u->upper, ' ') + 1
							     : u->upper);
	return 0;
}

static int
check_traffic(const struct pci_facts *f, unsigned int i, const struct pci_terms *t,
	      struct conf_err *err)
{
	static const char hint[] = "give the member force = 1 to take it all the same";
	const struct pci_users *u = &f->users[i];

	if (u->login[0] != '\0')
		return refuse(f, t, err, -EBUSY, "carries the login of %s, which would end: %s",
			      u->login, hint);
	if (u->only_default)
		return refuse(f, t, err, -EBUSY, "is the only one with the default route: %s",
			      hint);
	if (u->route[0] != '\0')
		return refuse(f, t, err, -EBUSY, "carries the route %s: remove it first, or %s",
			      u->route, hint);
	if (u->address[0] != '\0')
		return refuse(
			f, t, err, -EBUSY,
			"carries the address %s: remove it first (ip addr flush dev %s), or %s",
			u->address, f->interface[i].name, hint);
	if (u->unread < 0)
		return refuse(f, t, err, u->unread,
			      "may carry addresses and routes, which cannot be read (%s): try "
			      "again, or %s",
			      strerror(-u->unread), hint);
	return 0;
}

static int
check_users(const struct pci_facts *f, const struct pci_terms *t, struct conf_err *err)
{
	int rc = 0;

	for (unsigned int i = 0; i < f->n_interfaces && rc == 0; i++)
		rc = check_ties(f, i, t, err);
	for (unsigned int i = 0; i < f->n_interfaces && rc == 0 && !t->force; i++)
		rc = check_traffic(f, i, t, err);
	if (rc == 0 && f->hidden && !t->force)
		return refuse(f, t, err, -EBUSY,
			      "has driver %s, but no interface here: it is in another network "
			      "namespace; bring it back first, or give the member force = 1",
			      f->driver);
	return rc;
}

static bool
stands_in_the_way(const struct pci_peer *p, const struct pci_terms *t)
{
	static const char *const harmless[] = {"", "pcieport", "pci-stub", NULL};

	for (int i = 0; harmless[i] != NULL; i++)
		if (strcmp(p->driver, harmless[i]) == 0)
			return false;
	return strncmp(p->driver, "vfio", 4) != 0 && !pci_is_member(t->conf, p->address);
}

/* An IOMMU keeps groups apart, not the devices in one. */
static int
check_group(const struct pci_facts *f, const struct pci_terms *t, struct conf_err *err)
{
	char list[512] = "";
	size_t n = 0;

	for (unsigned int i = 0; i < f->n_peers && n < sizeof(list); i++)
		if (stands_in_the_way(&f->peer[i], t))
			n += snprintf(list + n, sizeof(list) - n, "%s%s (%s)", n > 0 ? ", " : "",
				      f->peer[i].address, f->peer[i].driver);
	if (n == 0)
		return 0;
	return refuse(f, t, err, -EBUSY,
		      "shares IOMMU group %d with %s: all of a group go to DPDK or none; make "
		      "them members too, unbind them, or use another slot",
		      f->group, list);
}

/* Behind no IOMMU: only if allowed. */
static int
plan_without(const struct pci_facts *f, const struct pci_terms *t, struct pci_plan *plan,
	     struct conf_err *err)
{
	if (!t->allow_no_iommu)
		return refuse(f, t, err, -ENODEV,
			      "is behind no IOMMU: switch it on (firmware, and intel_iommu=on or "
			      "amd_iommu=on for the kernel), or set runtime.allow_no_iommu = 1");
	if (t->driver == CONF_PCI_UIO || (t->driver == CONF_PCI_AUTO && t->have_uio))
		snprintf(plan->driver, sizeof(plan->driver), UIO);
	else if (t->have_unsafe)
		plan->unsafe = true;
	else if (t->driver == CONF_PCI_VFIO)
		return refuse(f, t, err, -ENODEV,
			      "is behind no IOMMU, and this kernel has no vfio without (built "
			      "without CONFIG_VFIO_NOIOMMU): set runtime.pci_driver = "
			      "\"uio_pci_generic\"");
	else
		return refuse(f, t, err, -ENODEV,
			      "is behind no IOMMU, and this kernel has neither uio_pci_generic nor "
			      "vfio without one");
	plan->physical = true;
	return 0;
}

static int
plan_driver(const struct pci_facts *f, const struct pci_terms *t, struct pci_plan *plan,
	    struct conf_err *err)
{
	*plan = (struct pci_plan){0};
	if (pci_driver_is_dpdk(f->driver)) {
		snprintf(plan->driver, sizeof(plan->driver), "%s", f->driver);
		plan->physical = strstr(f->driver, "uio") != NULL || f->no_iommu;
		return 0;
	}
	plan->bind = true;
	snprintf(plan->driver, sizeof(plan->driver), VFIO);
	if (f->group < 0)
		return plan_without(f, t, plan, err);
	if (t->driver != CONF_PCI_UIO)
		return 0;
	if (f->translated)
		return refuse(f, t, err, -EINVAL,
			      "is behind an IOMMU, which would stop it under uio_pci_generic: set "
			      "runtime.pci_driver = \"vfio-pci\", or boot with iommu=pt");
	snprintf(plan->driver, sizeof(plan->driver), UIO);
	plan->physical = true;
	return 0;
}

int
pci_decide(const struct pci_facts *f, const struct pci_terms *t, struct pci_plan *plan,
	   struct conf_err *err)
{
	int rc = check_device(f, t, err);

	if (rc == 0)
		rc = check_users(f, t, err);
	if (rc == 0)
		rc = plan_driver(f, t, plan, err);
	if (rc == 0 && strcmp(plan->driver, VFIO) == 0)
		rc = check_group(f, t, err);
	if (rc == 0 && plan->physical && !t->hugepages)
		return refuse(f, t, err, -ENOMEM,
			      "needs hugepages, as it reaches memory without an IOMMU (%s): "
			      "reserve them (scripts/setup-hugepages), and do not set "
			      "runtime.hugepages = \"off\"",
			      plan->driver);
	return rc;
}
