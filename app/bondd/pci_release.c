/* SPDX-License-Identifier: BSD-3-Clause */
/* pci_release.c - gives NICs back to the kernel as records say: driver, name, MAC, MTU, up or down. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "netdev.h"
#include "netdev_record.h"
#include "pci_private.h"

#define INTERFACE_WAIT_MS 5000 /* for a driver to make its interfaces */
#define MAX_KEPT          64 /* NICs that cannot be given back and are remembered for another try */

static const struct pci_interface *
find_port(const struct pci_interface *interface, unsigned int n, uint32_t port)
{
	for (unsigned int i = 0; i < n; i++)
		if (interface[i].port == port)
			return &interface[i];
	return NULL;
}

static void
restore_interfaces(const struct pci_env *env, const struct pci_record *r)
{
	struct pci_interface now[PCI_MAX_INTERFACES];
	unsigned int n = 0;

	for (unsigned int ms = 0; ms < INTERFACE_WAIT_MS; ms += 10) {
		n = pci_sysfs_interfaces(env, r->address, now, PCI_MAX_INTERFACES);
		if (n >= r->n_interfaces)
			break;
		env->nap(env, 10);
	}
	for (unsigned int i = 0; i < r->n_interfaces; i++) {
		const struct pci_interface *found = find_port(now, n, r->interface[i].port);

		if (found != NULL)
			env->restore(env, found->name, &r->interface[i]);
		else
			log_warning("PCI device %s: driver %s made no interface again for %s",
				    r->address, r->driver_was, r->interface[i].name);
	}
}

int
pci_give_back(const struct pci_env *env, const struct pci_record *r)
{
	struct pci_facts facts;
	int rc;

	pci_sysfs_look(env, r->address, &facts);
	if (!facts.present || r->driver_set[0] == '\0')
		return 0;
	if (strcmp(facts.driver, r->driver_was) == 0) /* never changed, or by somebody else */
		return pci_sysfs_bind(env, r->address, r->driver_was, r->override_was);
	if (facts.driver[0] != '\0' && strcmp(facts.driver, r->driver_set) != 0) {
		log_notice("PCI device %s: has driver %s by now: left alone", r->address,
			   facts.driver);
		return 0;
	}
	if (facts.group >= 0 && pci_proc_own(env, facts.group)) {
		log_warning("PCI device %s: DPDK does not let go of it: dpdk-bondd --release gives "
			    "it back",
			    r->address);
		return -EBUSY;
	}
	rc = pci_sysfs_bind(env, r->address, r->driver_was, r->override_was);
	if (rc < 0)
		log_warning("PCI device %s: cannot be given back to driver %s: %s", r->address,
			    r->driver_was[0] != '\0' ? r->driver_was : "(none)", strerror(-rc));
	else
		restore_interfaces(env, r);
	if (r->unsafe_was_off)
		pci_sysfs_set_unsafe(env, false);
	return rc;
}

static void
tell(const struct pci_env *env, const struct pci_record *r, int rc, void (*say)(const char *))
{
	const char *driver = r->driver_was[0] != '\0' ? r->driver_was : "(none)";
	struct pci_facts facts;
	char line[224];

	pci_sysfs_look(env, r->address, &facts);
	if (!facts.present || r->driver_set[0] == '\0')
		return;
	snprintf(line, sizeof(line), "PCI device %s%s%s: left by dpdk-bondd (pid %d): %s%s%s",
		 r->address, r->n_interfaces > 0 ? " " : "", r->interface[0].name, (int)r->pid,
		 rc < 0 ? "cannot be given back: " : "given back to driver ",
		 rc < 0 ? strerror(-rc) : driver,
		 rc == 0 && strcmp(facts.driver, r->driver_was) != 0 ? ", but has another" : "");
	say(line);
}

int
pci_recover(const struct pci_env *env, const struct conf *but, void (*say)(const char *))
{
	int claim, rc, n = 0, kept[MAX_KEPT];
	unsigned int n_kept = 0;
	struct pci_record r;

	while ((claim = pci_record_claim_stale(env, but, &r)) >= 0) {
		rc = pci_give_back(env, &r);
		tell(env, &r, rc, say);
		if (rc < 0 && n_kept < MAX_KEPT)
			kept[n_kept++] = claim; /* held, so that it is not found again and again */
		else
			pci_record_drop(env, claim, r.address);
		n++;
	}
	while (n_kept > 0)
		close(kept[--n_kept]);
	return n;
}

static int
refuse_alive(struct conf_err *err, pid_t pid, const char *what)
{
	snprintf(err->msg, sizeof(err->msg), "dpdk-bondd (pid %d) lives and uses %s: stop it first",
		 (int)pid, what);
	return -EBUSY;
}

/* @return n, or -EBUSY with a sentence when records are left */
static int
refuse_rest(const struct pci_env *env, int n, struct conf_err *err)
{
	struct pci_record r;
	const int claim = pci_record_claim_stale(env, NULL, &r);

	if (claim < 0)
		return n;
	close(claim);
	snprintf(err->msg, sizeof(err->msg), "not all could be given back: try again");
	return -EBUSY;
}

int
pci_release_stale(void (*say)(const char *), struct conf_err *err)
{
	struct netdev_record netdev;
	struct pci_record record;
	struct pci_env env;
	int rc = pci_env_open(&env);

	if (rc < 0) {
		snprintf(err->msg, sizeof(err->msg), "netlink: %s", strerror(-rc));
		return rc;
	}
	if (pci_record_is_held(&env, &record))
		rc = refuse_alive(err, record.pid, record.address);
	else if (netdev_record_is_held(netdev_namespace(), &netdev))
		rc = refuse_alive(err, netdev.pid, netdev.ifname);
	else
		rc = pci_recover(&env, NULL, say) + (int)netdev_recover(env.ctx);
	if (rc > 0)
		rc = refuse_rest(&env, rc, err);
	pci_env_close(&env);
	return rc;
}
