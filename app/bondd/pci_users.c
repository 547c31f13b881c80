/* SPDX-License-Identifier: BSD-3-Clause */
/* pci_users.c - what netlink says of the interface of a NIC, and making a new one like the old. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "netdev_record.h"
#include "pci_private.h"

int
pci_users_look(const struct pci_env *env, struct pci_interface *interface)
{
	struct kernel_link link;
	int rc = kernel_link_by_name(env->ctx, interface->name, &link);

	if (rc < 0)
		return rc;
	interface->up = link.up;
	interface->mtu = link.mtu;
	memcpy(interface->mac, link.mac, sizeof(interface->mac));
	return 0;
}

static void
address_text(const struct kernel_address *a, char *text, size_t size)
{
	char number[INET6_ADDRSTRLEN];

	snprintf(text, size, "%s/%u",
		 inet_ntop(a->family, a->addr, number, sizeof(number)) != NULL ? number : "?",
		 a->prefix_len);
}

static void
find_addresses(const struct pci_env *env, int ifindex, struct pci_users *users)
{
	struct kernel_address address[PCI_MAX_ADDRESSES];
	const int n = kernel_addresses(env->ctx, ifindex, address, PCI_MAX_ADDRESSES);

	if (n < 0)
		users->unread = n;
	pci_proc_login(env, address, n, users->login, sizeof(users->login));
	for (int i = 0; i < n && users->address[0] == '\0'; i++)
		if (address[i].family == AF_INET || !address[i].link_local)
			address_text(&address[i], users->address, sizeof(users->address));
}

static void
find_routes(const struct pci_env *env, int ifindex, struct pci_users *users)
{
	struct kernel_routes r;
	int rc = kernel_routes(env->ctx, ifindex, &r);

	if (rc < 0) {
		users->unread = rc;
		return;
	}
	for (int v6 = 0; v6 < 2; v6++) {
		users->only_default |= r.defaults[v6][0] && !r.defaults[v6][1];
		if (r.defaults[v6][0])
			snprintf(users->route, sizeof(users->route), "default");
	}
	if (r.n > 0 && users->route[0] == '\0')
		address_text(&r.first, users->route, sizeof(users->route));
}

/* "vlan ens3.10" */
static void
device_text(const struct kernel_link *link, char *text, size_t size)
{
	snprintf(text, size, "%s%s%s", link->kind, link->kind[0] != '\0' ? " " : "", link->name);
}

/* Devices on top other than its master, which has been found already. */
static void
find_upper(const struct pci_env *env, const char *name, struct pci_users *users)
{
	char path[PCI_PATH_SIZE];
	const struct dirent *entry;
	struct kernel_link link;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/class/net/%s", env->sys, name);
	dir = opendir(path);
	while (dir != NULL && users->upper[0] == '\0' && (entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, "upper_", 6) == 0 &&
		    kernel_link_by_name(env->ctx, entry->d_name + 6, &link) == 0)
			device_text(&link, users->upper, sizeof(users->upper));
	if (dir != NULL)
		closedir(dir);
}

static void
find_owner(int ifindex, struct pci_users *users)
{
	const uint64_t netns = netdev_namespace();
	struct netdev_record owner;
	const int claim = netdev_record_claim(netns, ifindex, &owner);

	if (claim >= 0)
		netdev_record_drop(claim, netns, ifindex);
	else if (claim == -EBUSY)
		snprintf(users->owner, sizeof(users->owner), "%s of another dpdk-bondd (pid %d)",
			 owner.bond, (int)owner.pid);
}

void
pci_users_find(const struct pci_env *env, const struct pci_interface *interface,
	       struct pci_users *users)
{
	struct kernel_link link, master;

	*users = (struct pci_users){0};
	if (kernel_link_by_name(env->ctx, interface->name, &link) < 0)
		return;
	find_owner(link.ifindex, users);
	if (link.master != 0 && kernel_link_by_index(env->ctx, link.master, &master) == 0)
		device_text(&master, users->master, sizeof(users->master));
	else
		find_upper(env, link.name, users);
	find_addresses(env, link.ifindex, users);
	find_routes(env, link.ifindex, users);
}

#define RENAME_WAIT_MS 2000 /* for udev to give it its name */

/* Who names interfaces here may still be about to. */
static void
restore_name(const struct pci_env *env, int ifindex, const char *name)
{
	const bool udev = access("/run/udev/control", F_OK) == 0;
	struct kernel_link link;
	int rc;

	for (unsigned int ms = 0;; ms += 20) {
		rc = kernel_link_by_index(env->ctx, ifindex, &link);
		if (rc < 0 || strcmp(link.name, name) == 0)
			return;
		if (!udev || ms >= RENAME_WAIT_MS)
			break;
		env->nap(env, 20);
	}
	kernel_set_up(env->ctx, ifindex, false);
	rc = kernel_set_name(env->ctx, ifindex, name);
	if (rc < 0)
		log_warning("%s: its name was %s, which cannot be given back: %s", link.name, name,
			    strerror(-rc));
}

void
pci_users_restore(const struct pci_env *env, const char *name, const struct pci_interface *was)
{
	struct kernel_link link;

	if (kernel_link_by_name(env->ctx, name, &link) < 0)
		return;
	restore_name(env, link.ifindex, was->name);
	if (memcmp(link.mac, was->mac, sizeof(was->mac)) != 0 &&
	    kernel_set_mac(env->ctx, link.ifindex, was->mac) < 0)
		log_warning("%s: its MAC address cannot be given back", was->name);
	if (link.mtu != was->mtu && kernel_set_mtu(env->ctx, link.ifindex, was->mtu) < 0)
		log_warning("%s: its MTU of %u cannot be given back", was->name, was->mtu);
	kernel_set_up(env->ctx, link.ifindex, was->up);
}
