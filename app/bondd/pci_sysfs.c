/* SPDX-License-Identifier: BSD-3-Clause */
/* pci_sysfs.c - what sysfs says of a PCI address, and binding it to a driver. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pci_private.h"

#define UNSAFE       "module/vfio/parameters/enable_unsafe_noiommu_mode"
#define CLASS_NET    0x02
#define MAX_LISTED   4    /* NICs named to the one who mistyped */
#define BIND_WAIT_MS 1000 /* for a driver that is bound a moment after it was asked to */

__attribute__((format(printf, 3, 4))) static const char *
path_of(const struct pci_env *env, char path[PCI_PATH_SIZE], const char *fmt, ...)
{
	const size_t n = snprintf(path, PCI_PATH_SIZE, "%s/", env->sys);
	va_list ap;

	va_start(ap, fmt);
	if (n < PCI_PATH_SIZE)
		vsnprintf(path + n, PCI_PATH_SIZE - n, fmt, ap);
	va_end(ap);
	return path;
}

/* The first line of a file; "" when there is none. */
static const char *
read_line(const char *path, char *line, size_t size)
{
	FILE *f = fopen(path, "re");

	line[0] = '\0';
	if (f == NULL)
		return line;
	if (fgets(line, (int)size, f) == NULL)
		line[0] = '\0';
	fclose(f);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

/* The last part of what a link leads to; "" when there is none. */
static const char *
link_name(const char *path, char *name, size_t size)
{
	char target[PATH_MAX];
	const ssize_t n = readlink(path, target, sizeof(target) - 1);
	const char *last;

	name[0] = '\0';
	if (n < 0)
		return name;
	target[n] = '\0';
	last = strrchr(target, '/');
	snprintf(name, size, "%.*s", (int)size - 1, last != NULL ? last + 1 : target);
	return name;
}

/* Call fn for each entry of a directory until it returns false. */
static void
each(const char *path, bool (*fn)(const char *name, void *arg), void *arg)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.' && !fn(entry->d_name, arg))
			break;
	closedir(dir);
}

bool
pci_driver_is_dpdk(const char *driver)
{
	/* The last two serve the kernel and DPDK at once. */
	static const char *const drivers[] = {"vfio-pci",  "uio_pci_generic", "igb_uio",
					      "mlx5_core", "mlx4_core",       NULL};

	for (int i = 0; drivers[i] != NULL; i++)
		if (strcmp(driver, drivers[i]) == 0)
			return true;
	return false;
}

void
pci_sysfs_driver(const struct pci_env *env, const char *address, char driver[PCI_DRIVER_SIZE])
{
	char path[PCI_PATH_SIZE];

	link_name(path_of(env, path, "bus/pci/devices/%s/driver", address), driver,
		  PCI_DRIVER_SIZE);
}

struct search {
	const struct pci_env *env;
	struct pci_facts *facts;
	const char *device; /* its true path */
	struct pci_interface *interface;
	unsigned int n, max;
	bool found;
};

static bool
one_peer(const char *address, void *arg)
{
	struct search *s = arg;
	struct pci_facts *f = s->facts;

	if (strcmp(address, f->address) == 0)
		return true;
	snprintf(f->peer[f->n_peers].address, PCI_ADDRESS_SIZE, "%.15s", address);
	pci_sysfs_driver(s->env, address, f->peer[f->n_peers].driver);
	return ++f->n_peers < PCI_MAX_PEERS;
}

static void
look_at_group(const struct pci_env *env, struct pci_facts *f)
{
	struct search s = {.env = env, .facts = f};
	char path[PCI_PATH_SIZE], text[32];

	link_name(path_of(env, path, "bus/pci/devices/%s/iommu_group", f->address), text,
		  sizeof(text));
	f->group = text[0] != '\0' ? atoi(text) : -1;
	if (f->group < 0)
		return;
	read_line(path_of(env, path, "kernel/iommu_groups/%d/name", f->group), text, sizeof(text));
	f->no_iommu = strcmp(text, "vfio-noiommu") == 0;
	read_line(path_of(env, path, "kernel/iommu_groups/%d/type", f->group), text, sizeof(text));
	f->translated = strncmp(text, "DMA", 3) == 0;
	each(path_of(env, path, "kernel/iommu_groups/%d/devices", f->group), one_peer, &s);
}

static uint32_t
class_of(const struct pci_env *env, const char *address)
{
	char path[PCI_PATH_SIZE], text[16];

	return strtoul(read_line(path_of(env, path, "bus/pci/devices/%s/class", address), text,
				 sizeof(text)),
		       NULL, 16);
}

static bool
one_card(const char *address, void *arg)
{
	struct search *s = arg;
	char driver[PCI_DRIVER_SIZE], *cards = s->facts->cards;
	const size_t len = strlen(cards), size = sizeof(s->facts->cards);

	if (class_of(s->env, address) >> 16 != CLASS_NET)
		return true;
	if (s->n++ == MAX_LISTED) {
		snprintf(cards + len, size - len, ", ...");
		return false;
	}
	pci_sysfs_driver(s->env, address, driver);
	snprintf(cards + len, size - len, "%s%s (%s)", len > 0 ? ", " : "", address,
		 driver[0] != '\0' ? driver : "no driver");
	return true;
}

/* Is the interface one of the device, or of a device that it is the bus of (virtio)? */
static bool
one_interface(const char *name, void *arg)
{
	struct search *s = arg;
	struct pci_interface *i = &s->interface[s->n];
	const size_t len = strlen(s->device);
	char path[PCI_PATH_SIZE], text[16];
	char *of = realpath(path_of(s->env, path, "class/net/%s/device", name), NULL);

	if (of != NULL && strncmp(of, s->device, len) == 0 && (of[len] == '\0' || of[len] == '/')) {
		*i = (struct pci_interface){0};
		snprintf(i->name, sizeof(i->name), "%.15s", name);
		read_line(path_of(s->env, path, "class/net/%s/dev_port", name), text, sizeof(text));
		i->port = strtoul(text, NULL, 0);
		s->n++;
	}
	free(of);
	return s->n < s->max;
}

static int
compare(const void *left, const void *right)
{
	const struct pci_interface *a = left, *b = right;

	return a->port != b->port ? (a->port < b->port ? -1 : 1) : strcmp(a->name, b->name);
}

unsigned int
pci_sysfs_interfaces(const struct pci_env *env, const char *address,
		     struct pci_interface *interface, unsigned int max)
{
	char path[PCI_PATH_SIZE];
	char *device = realpath(path_of(env, path, "bus/pci/devices/%s", address), NULL);
	struct search s = {.env = env, .device = device, .interface = interface, .max = max};

	if (device != NULL)
		each(path_of(env, path, "class/net"), one_interface, &s);
	free(device);
	qsort(interface, s.n, sizeof(*interface), compare);
	return s.n;
}

static bool
one_virtio(const char *name, void *arg)
{
	struct search *s = arg;
	char path[PCI_PATH_SIZE], driver[PCI_DRIVER_SIZE];

	if (strncmp(name, "virtio", 6) != 0)
		return true;
	link_name(path_of(s->env, path, "bus/pci/devices/%s/%s/driver", s->facts->address, name),
		  driver, sizeof(driver));
	s->found = driver[0] != '\0';
	return false;
}

/* A driver for networks without an interface has one in another namespace. */
static bool
is_hidden(const struct pci_env *env, struct pci_facts *f)
{
	struct search s = {.env = env, .facts = f};
	char path[PCI_PATH_SIZE];

	if (f->n_interfaces > 0 || f->driver[0] == '\0' || pci_driver_is_dpdk(f->driver))
		return false;
	if (strcmp(f->driver, "virtio-pci") != 0)
		return true;
	each(path_of(env, path, "bus/pci/devices/%s", f->address), one_virtio, &s);
	return s.found;
}

void
pci_sysfs_look(const struct pci_env *env, const char *address, struct pci_facts *f)
{
	char path[PCI_PATH_SIZE];
	struct search s = {.env = env, .facts = f};

	*f = (struct pci_facts){.group = -1};
	snprintf(f->address, sizeof(f->address), "%.15s", address);
	f->present = access(path_of(env, path, "bus/pci/devices/%s", address), F_OK) == 0;
	each(path_of(env, path, "bus/pci/devices"), one_card, &s);
	if (!f->present)
		return;
	f->class = class_of(env, address);
	pci_sysfs_driver(env, address, f->driver);
	read_line(path_of(env, path, "bus/pci/devices/%s/driver_override", address), f->override,
		  sizeof(f->override));
	if (strcmp(f->override, "(null)") == 0)
		f->override[0] = '\0';
	look_at_group(env, f);
	f->n_interfaces = pci_sysfs_interfaces(env, address, f->interface, PCI_MAX_INTERFACES);
	f->hidden = is_hidden(env, f);
}

bool
pci_sysfs_have_driver(const struct pci_env *env, const char *driver)
{
	char path[PCI_PATH_SIZE];

	path_of(env, path, "bus/pci/drivers/%s", driver);
	return access(path, F_OK) == 0 ||
	       (env->modprobe(env, driver) == 0 && access(path, F_OK) == 0);
}

static int
set_override(const struct pci_env *env, const char *address, const char *driver)
{
	char path[PCI_PATH_SIZE], text[PCI_DRIVER_SIZE + 1];

	snprintf(text, sizeof(text), "%s\n", driver);
	return env->write(env, path_of(env, path, "bus/pci/devices/%s/driver_override", address),
			  text);
}

static int
unbind(const struct pci_env *env, const char *address)
{
	char path[PCI_PATH_SIZE], driver[PCI_DRIVER_SIZE];

	pci_sysfs_driver(env, address, driver);
	if (driver[0] == '\0')
		return 0;
	return env->write(env, path_of(env, path, "bus/pci/devices/%s/driver/unbind", address),
			  address);
}

static int
bind(const struct pci_env *env, const char *address, const char *driver)
{
	char path[PCI_PATH_SIZE], now[PCI_DRIVER_SIZE];
	int rc;

	if (!pci_sysfs_have_driver(env, driver))
		return -ENOENT;
	rc = env->write(env, path_of(env, path, "bus/pci/drivers/%s/bind", driver), address);
	for (unsigned int ms = 0; rc == 0; ms += 10) {
		pci_sysfs_driver(env, address, now);
		if (strcmp(now, driver) == 0)
			break;
		if (ms >= BIND_WAIT_MS)
			return -EIO;
		env->nap(env, 10);
	}
	return rc;
}

int
pci_sysfs_bind(const struct pci_env *env, const char *address, const char *driver,
	       const char *override)
{
	char now[PCI_DRIVER_SIZE];
	int rc = 0;

	pci_sysfs_driver(env, address, now);
	/* Meanwhile no other driver may take it, not even one that is loaded just now. */
	if (driver[0] != '\0' && strcmp(now, driver) != 0)
		rc = set_override(env, address, driver);
	if (rc == 0 && strcmp(now, driver) != 0)
		rc = unbind(env, address);
	if (rc == 0 && driver[0] != '\0' && strcmp(now, driver) != 0)
		rc = bind(env, address, driver);
	set_override(env, address, override);
	return rc;
}

int
pci_sysfs_unsafe(const struct pci_env *env)
{
	char path[PCI_PATH_SIZE], text[8];

	if (access(path_of(env, path, UNSAFE), F_OK) < 0)
		return -ENOENT;
	read_line(path, text, sizeof(text));
	return text[0] == 'Y' || text[0] == '1';
}

int
pci_sysfs_set_unsafe(const struct pci_env *env, bool on)
{
	char path[PCI_PATH_SIZE];

	return env->write(env, path_of(env, path, UNSAFE), on ? "Y" : "N");
}
