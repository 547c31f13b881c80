/* SPDX-License-Identifier: BSD-3-Clause */
/* pci_record.c - a taken NIC on disk: a JSON file, and a lock that dies with its owner. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "file_claim.h"
#include "mac_text.h"
#include "pci_private.h"

static const char *
path_of(const struct pci_env *env, const char *address, const char *end, char path[PCI_PATH_SIZE])
{
	snprintf(path, PCI_PATH_SIZE, "%s/pci/%s%s", env->run, address, end);
	return path;
}

int
pci_record_claim(const struct pci_env *env, const char *address)
{
	char path[PCI_PATH_SIZE];

	mkdir(env->run, 0755);
	if (mkdir(path_of(env, "", "", path), 0755) < 0 && errno != EEXIST)
		return -errno;
	return file_claim(path_of(env, address, ".lock", path), true);
}

void
pci_record_drop(const struct pci_env *env, int claim, const char *address)
{
	char path[PCI_PATH_SIZE];

	unlink(path_of(env, address, ".json", path));
	unlink(path_of(env, address, ".lock", path));
	close(claim);
}

static json_t *
interface_json(const struct pci_interface *i)
{
	char mac[MAC_TEXT_SIZE];

	return json_pack("{s:s, s:i, s:i, s:b, s:s}", "name", i->name, "port", (int)i->port, "mtu",
			 (int)i->mtu, "up", i->up, "mac", mac_text(i->mac, mac));
}

static int
write_all(int fd, const char *text)
{
	const size_t len = strlen(text);
	int rc = write(fd, text, len) == (ssize_t)len && fsync(fd) == 0 ? 0 : -EIO;

	if (close(fd) < 0)
		rc = -errno;
	return rc;
}

int
pci_record_write(const struct pci_env *env, const struct pci_record *r)
{
	char path[PCI_PATH_SIZE], fresh[PCI_PATH_SIZE], *text;
	json_t *interfaces = json_array(), *root;
	int fd, rc;

	for (unsigned int i = 0; i < r->n_interfaces; i++)
		json_array_append_new(interfaces, interface_json(&r->interface[i]));
	root = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:b, s:o}", "pid", (json_int_t)r->pid,
			 "bond", r->bond, "address", r->address, "driver_was", r->driver_was,
			 "driver_set", r->driver_set, "override_was", r->override_was,
			 "unsafe_was_off", r->unsafe_was_off, "interfaces", interfaces);
	text = json_dumps(root, JSON_INDENT(1));
	json_decref(root);
	if (text == NULL)
		return -ENOMEM;
	path_of(env, r->address, ".json", path);
	path_of(env, r->address, ".new", fresh);
	fd = open(fresh, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
	rc = fd < 0 ? -errno : write_all(fd, text);
	free(text);
	if (rc == 0 && rename(fresh, path) < 0)
		rc = -errno;
	if (rc < 0)
		unlink(fresh);
	return rc;
}

/* Text that does not fit makes the record one that is not understood. */
static bool
copy(char *to, size_t size, const char *from)
{
	return (size_t)snprintf(to, size, "%s", from) < size;
}

static bool
parse_interface(json_t *o, struct pci_interface *i)
{
	const char *name, *mac;
	int port, mtu, up;

	if (json_unpack(o, "{s:s, s:i, s:i, s:b, s:s}", "name", &name, "port", &port, "mtu", &mtu,
			"up", &up, "mac", &mac) < 0 ||
	    !copy(i->name, sizeof(i->name), name) || port < 0 || mtu < 0)
		return false;
	i->port = (uint32_t)port;
	i->mtu = (uint32_t)mtu;
	i->up = up;
	return mac_parse(mac, i->mac);
}

/* Names of drivers become parts of paths that are written to. */
static bool
is_name(const char *driver)
{
	return strchr(driver, '/') == NULL && driver[0] != '.';
}

static bool
parse(json_t *root, const char *address, struct pci_record *r)
{
	const char *bond, *addr, *was, *set, *override;
	json_t *interfaces, *o;
	json_int_t pid;
	size_t i;
	int unsafe;

	if (json_unpack(root, "{s:I, s:s, s:s, s:s, s:s, s:s, s:b, s:o}", "pid", &pid, "bond",
			&bond, "address", &addr, "driver_was", &was, "driver_set", &set,
			"override_was", &override, "unsafe_was_off", &unsafe, "interfaces",
			&interfaces) < 0 ||
	    strcmp(addr, address) != 0 || !copy(r->address, sizeof(r->address), addr) ||
	    !copy(r->bond, sizeof(r->bond), bond) || !is_name(was) || !is_name(set) ||
	    !copy(r->driver_was, sizeof(r->driver_was), was) ||
	    !copy(r->driver_set, sizeof(r->driver_set), set) ||
	    !copy(r->override_was, sizeof(r->override_was), override) ||
	    !json_is_array(interfaces) || json_array_size(interfaces) > PCI_MAX_INTERFACES)
		return false;
	r->pid = (pid_t)pid;
	r->unsafe_was_off = unsafe;
	r->n_interfaces = json_array_size(interfaces);
	json_array_foreach (interfaces, i, o)
		if (!parse_interface(o, &r->interface[i]))
			return false;
	return true;
}

int
pci_record_read(const struct pci_env *env, const char *address, struct pci_record *record)
{
	char path[PCI_PATH_SIZE];
	json_t *root;
	bool good;

	*record = (struct pci_record){0};
	path_of(env, address, ".json", path);
	if (access(path, F_OK) < 0)
		return -ENOENT;
	root = json_load_file(path, 0, NULL);
	good = root != NULL && parse(root, address, record);
	json_decref(root);
	return good ? 0 : -EINVAL;
}

/* Call fn for each record until it returns something else than -ENOENT, which is the result. */
static int
each_record(const struct pci_env *env, const struct conf *but, struct pci_record *record,
	    int (*fn)(const struct pci_env *env, const char *address, struct pci_record *record))
{
	char path[PCI_PATH_SIZE], address[PCI_ADDRESS_SIZE];
	DIR *dir = opendir(path_of(env, "", "", path));
	const struct dirent *entry;
	int rc = -ENOENT;

	while (dir != NULL && rc == -ENOENT && (entry = readdir(dir)) != NULL) {
		const size_t len = strcspn(entry->d_name, "j"); /* of "0000:03:00.0.json" */

		if (len < 2 || len > sizeof(address) || strcmp(entry->d_name + len, "json") != 0)
			continue;
		snprintf(address, sizeof(address), "%.*s", (int)len - 1, entry->d_name);
		if (but == NULL || !pci_is_member(but, address))
			rc = fn(env, address, record);
	}
	if (dir != NULL)
		closedir(dir);
	return rc;
}

static int
claim_if_stale(const struct pci_env *env, const char *address, struct pci_record *record)
{
	char path[PCI_PATH_SIZE];
	const int claim = file_claim(path_of(env, address, ".lock", path), true);

	if (claim < 0)
		return -ENOENT;
	if (pci_record_read(env, address, record) == 0)
		return claim;
	pci_record_drop(env, claim, address); /* nobody can make anything of it */
	return -ENOENT;
}

int
pci_record_claim_stale(const struct pci_env *env, const struct conf *but, struct pci_record *record)
{
	return each_record(env, but, record, claim_if_stale);
}

static int
look_if_held(const struct pci_env *env, const char *address, struct pci_record *record)
{
	char path[PCI_PATH_SIZE];
	const int claim = file_claim(path_of(env, address, ".lock", path), true);

	if (claim == -EBUSY)
		return pci_record_read(env, address, record) < 0 ? -ENOENT : 0;
	if (claim >= 0)
		close(claim);
	return -ENOENT;
}

bool
pci_record_is_held(const struct pci_env *env, struct pci_record *record)
{
	return each_record(env, NULL, record, look_if_held) == 0;
}
