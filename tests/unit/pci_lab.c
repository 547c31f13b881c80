/* SPDX-License-Identifier: BSD-3-Clause */
/* pci_lab.c - see pci_lab.h. */
#include "pci_lab.h"

#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define PATH 256

static struct pci_lab_nic *
find(struct pci_lab *lab, const char *address)
{
	for (unsigned int i = 0; i < lab->n_nics; i++)
		if (strcmp(lab->nic[i].address, address) == 0)
			return &lab->nic[i];
	return NULL;
}

void
pci_lab_mkdir(struct pci_lab *lab, const char *path)
{
	char full[2 * PATH];

	snprintf(full, sizeof(full), "%s/%s", lab->dir, path);
	for (char *p = full + strlen(lab->dir) + 1; *p != '\0'; p++)
		if (*p == '/') {
			*p = '\0';
			mkdir(full, 0755);
			*p = '/';
		}
	mkdir(full, 0755);
}

void
pci_lab_file(struct pci_lab *lab, const char *path, const char *text)
{
	char full[2 * PATH];
	FILE *f;

	snprintf(full, sizeof(full), "%s/%s", lab->dir, path);
	f = fopen(full, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

void
pci_lab_link(struct pci_lab *lab, const char *path, const char *to)
{
	char full[2 * PATH];

	snprintf(full, sizeof(full), "%s/%s", lab->dir, path);
	assert_int_equal(symlink(to, full), 0);
}

static void
drop(struct pci_lab *lab, const char *path)
{
	char full[2 * PATH];

	snprintf(full, sizeof(full), "%s/%s", lab->dir, path);
	unlink(full);
}

static void
show_interface(struct pci_lab *lab, const struct pci_lab_nic *n)
{
	const char *virtio = strcmp(n->driver, "virtio-pci") == 0 ? "/virtio0" : "";
	char path[PATH], to[PATH];

	snprintf(path, sizeof(path), "sys/devices/%s%s/net/%s", n->address, virtio, n->now.name);
	pci_lab_mkdir(lab, path);
	snprintf(to, sizeof(to), "../../devices/%s%s/net/%s", n->address, virtio, n->now.name);
	snprintf(path, sizeof(path), "sys/class/net/%s", n->now.name);
	pci_lab_link(lab, path, to);
	snprintf(path, sizeof(path), "sys/class/net/%s/device", n->now.name);
	pci_lab_link(lab, path, "../..");
	snprintf(path, sizeof(path), "sys/class/net/%s/dev_port", n->now.name);
	pci_lab_file(lab, path, "0\n");
}

static void
hide_interface(struct pci_lab *lab, struct pci_lab_nic *n)
{
	char path[PATH];

	snprintf(path, sizeof(path), "sys/class/net/%s/device", n->now.name);
	drop(lab, path);
	snprintf(path, sizeof(path), "sys/class/net/%s", n->now.name);
	drop(lab, path);
	n->now.name[0] = '\0';
}

static void
bound_to(struct pci_lab *lab, const char *address, const char *driver)
{
	struct pci_lab_nic *n = find(lab, address);
	char path[PATH], to[PATH];

	snprintf(path, sizeof(path), "sys/devices/%s/driver", address);
	drop(lab, path);
	if (n != NULL && n->now.name[0] != '\0')
		hide_interface(lab, n);
	if (driver[0] == '\0')
		return;
	pci_lab_driver(lab, driver);
	snprintf(to, sizeof(to), "../../bus/pci/drivers/%s", driver);
	pci_lab_link(lab, path, to);
	if (n == NULL || strcmp(driver, n->driver) != 0)
		return;
	n->restored = false;
	n->now = (struct pci_interface){.mtu = 1500, .mac = {2, 0, 0, 0, 0, 9}};
	snprintf(n->now.name, sizeof(n->now.name), "new%d", (int)(n - lab->nic));
	show_interface(lab, n);
}

/* What the kernel does when a file is written. */
static int
written(const struct pci_env *env, const char *path, const char *text)
{
	struct pci_lab *lab = env->ctx;
	const char *rest = path + strlen(lab->sys) + 1;
	char address[PCI_ADDRESS_SIZE], driver[PCI_DRIVER_SIZE];
	struct pci_lab_nic *n;

	assert_memory_equal(path, lab->sys, strlen(lab->sys));
	if (++lab->writes == lab->die_at)
		_exit(0);
	if (strstr(rest, "driver_override") != NULL || strstr(rest, "parameters") != NULL) {
		if (access(path, F_OK) < 0)
			return -ENOENT;
		pci_lab_file(lab, path + strlen(lab->dir) + 1,
			     strcmp(text, "\n") == 0 ? "(null)\n" : text);
		return 0;
	}
	if (sscanf(rest, "bus/pci/devices/%12[^/]/driver/unbind", address) == 1) {
		assert_string_equal(text, address);
		bound_to(lab, address, "");
		return 0;
	}
	assert_int_equal(sscanf(rest, "bus/pci/drivers/%31[^/]/bind", driver), 1);
	n = find(lab, text);
	if (pci_lab_bound(lab, text)[0] != '\0')
		return -ENODEV;
	if (strcmp(pci_lab_override(lab, text), driver) != 0 &&
	    (n == NULL || strcmp(n->driver, driver) != 0))
		return -ENODEV;
	if (lab->refuses != NULL && strcmp(lab->refuses, driver) == 0)
		return -EBUSY;
	bound_to(lab, text, driver);
	return 0;
}

static int
modprobe(const struct pci_env *env, const char *module)
{
	struct pci_lab *lab = env->ctx;

	for (int i = 0; lab->modules[i] != NULL; i++)
		if (strcmp(lab->modules[i], module) == 0) {
			pci_lab_driver(lab, module);
			return 0;
		}
	return -ENOENT;
}

static void
nap(const struct pci_env *env, unsigned int ms)
{
	struct pci_lab *lab = env->ctx;

	(void)ms;
	lab->naps++;
}

static struct pci_lab_nic *
by_interface(struct pci_lab *lab, const char *name)
{
	for (unsigned int i = 0; i < lab->n_nics; i++)
		if (strcmp(lab->nic[i].now.name, name) == 0)
			return &lab->nic[i];
	fail_msg("nobody has the interface %s", name);
	return NULL;
}

static int
look(const struct pci_env *env, struct pci_interface *interface)
{
	const struct pci_lab_nic *n = by_interface(env->ctx, interface->name);

	interface->mtu = n->now.mtu;
	interface->up = n->now.up;
	memcpy(interface->mac, n->now.mac, 6);
	return 0;
}

static void
users(const struct pci_env *env, const struct pci_interface *interface, struct pci_users *u)
{
	*u = by_interface(env->ctx, interface->name)->users;
}

static void
restore(const struct pci_env *env, const char *name, const struct pci_interface *was)
{
	struct pci_lab *lab = env->ctx;
	struct pci_lab_nic *n = by_interface(lab, name);

	hide_interface(lab, n);
	n->now = *was;
	n->restored = true;
	show_interface(lab, n);
}

void
pci_lab_open(struct pci_lab *lab)
{
	memset(lab, 0, sizeof(*lab));
	strcpy(lab->dir, "/tmp/bondd_pci_XXXXXX");
	assert_non_null(mkdtemp(lab->dir));
	snprintf(lab->sys, sizeof(lab->sys), "%s/sys", lab->dir);
	snprintf(lab->proc, sizeof(lab->proc), "%s/proc", lab->dir);
	snprintf(lab->run, sizeof(lab->run), "%s/run", lab->dir);
	pci_lab_mkdir(lab, "sys/bus/pci/devices");
	pci_lab_mkdir(lab, "sys/bus/pci/drivers");
	pci_lab_mkdir(lab, "sys/class/net");
	pci_lab_mkdir(lab, "sys/kernel/iommu_groups");
	pci_lab_mkdir(lab, "proc/net");
	lab->modules[0] = "vfio-pci";
	lab->env = (struct pci_env){.sys = lab->sys,
				    .proc = lab->proc,
				    .run = lab->run,
				    .write = written,
				    .modprobe = modprobe,
				    .nap = nap,
				    .look = look,
				    .users = users,
				    .restore = restore,
				    .ctx = lab};
	strcpy(lab->bond.name, "bond0");
	lab->conf.n_bonds = 1;
	lab->conf.bonds = &lab->bond;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
pci_lab_close(struct pci_lab *lab)
{
	nftw(lab->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

struct pci_lab_nic *
pci_lab_plug(struct pci_lab *lab, const char *address, uint32_t class, const char *driver,
	     int group)
{
	struct pci_lab_nic *n = &lab->nic[lab->n_nics++];
	char path[PATH], text[PATH];

	assert_true(lab->n_nics <= PCI_LAB_NICS);
	*n = (struct pci_lab_nic){0};
	snprintf(n->address, sizeof(n->address), "%s", address);
	snprintf(n->driver, sizeof(n->driver), "%s", driver);
	snprintf(path, sizeof(path), "sys/devices/%s", address);
	pci_lab_mkdir(lab, path);
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s", address);
	snprintf(text, sizeof(text), "../../../devices/%s", address);
	drop(lab, path);
	pci_lab_link(lab, path, text);
	snprintf(path, sizeof(path), "sys/devices/%s/class", address);
	snprintf(text, sizeof(text), "0x%06x\n", class);
	pci_lab_file(lab, path, text);
	snprintf(path, sizeof(path), "sys/devices/%s/driver_override", address);
	pci_lab_file(lab, path, "(null)\n");
	if (group >= 0) {
		snprintf(path, sizeof(path), "sys/kernel/iommu_groups/%d/devices/%s", group,
			 address);
		pci_lab_mkdir(lab, path);
		snprintf(path, sizeof(path), "sys/kernel/iommu_groups/%d/type", group);
		pci_lab_file(lab, path, "DMA-FQ\n");
		snprintf(path, sizeof(path), "sys/devices/%s/iommu_group", address);
		snprintf(text, sizeof(text), "../../kernel/iommu_groups/%d", group);
		drop(lab, path);
		pci_lab_link(lab, path, text);
	}
	bound_to(lab, address, driver);
	if (n->now.name[0] != '\0') { /* as the administrator likes it */
		const struct pci_interface was = {
			.mtu = 9000, .up = true, .mac = {2, 1, 1, 1, 1, (uint8_t)lab->n_nics}};
		struct pci_interface named = was;

		snprintf(named.name, sizeof(named.name), "lan%u", lab->n_nics);
		restore(&lab->env, n->now.name, &named);
		n->restored = false;
	}
	return n;
}

void
pci_lab_unplug(struct pci_lab *lab, const char *address)
{
	char path[PATH];

	bound_to(lab, address, "");
	snprintf(path, sizeof(path), "sys/bus/pci/devices/%s", address);
	drop(lab, path);
}

void
pci_lab_driver(struct pci_lab *lab, const char *driver)
{
	char path[PATH];

	snprintf(path, sizeof(path), "sys/bus/pci/drivers/%s", driver);
	pci_lab_mkdir(lab, path);
}

const char *
pci_lab_bound(struct pci_lab *lab, const char *address)
{
	static char driver[PCI_DRIVER_SIZE];

	pci_sysfs_driver(&lab->env, address, driver);
	return driver;
}

const char *
pci_lab_override(struct pci_lab *lab, const char *address)
{
	static struct pci_facts f;

	pci_sysfs_look(&lab->env, address, &f);
	return f.override;
}

struct conf_member *
pci_lab_member(struct pci_lab *lab, const char *name, const char *address)
{
	struct conf_member *m = &lab->bond.member[lab->bond.n_members++];

	snprintf(m->name, sizeof(m->name), "%s", name);
	snprintf(m->port, sizeof(m->port), "%s", address);
	m->kind = CONF_PORT_PCI;
	return m;
}
