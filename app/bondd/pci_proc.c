/* SPDX-License-Identifier: BSD-3-Clause */
/* pci_proc.c - which process has a NIC open, and which login comes in over its addresses. */
#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pci_private.h"

#define ESTABLISHED 1
#define MAX_SOCKETS 64 /* connections over one NIC that are looked at */
#define MAX_NODES   3

/* What an open descriptor may lead to. */
struct wanted {
	unsigned int n;
	char text[MAX_SOCKETS][32];
};

struct process {
	pid_t pid;
	char name[32];
};

static void
name_of(const struct pci_env *env, struct process *p)
{
	char path[PCI_PATH_SIZE];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%d/comm", env->proc, (int)p->pid);
	p->name[0] = '\0';
	f = fopen(path, "re");
	if (f == NULL)
		return;
	if (fgets(p->name, sizeof(p->name), f) == NULL)
		p->name[0] = '\0';
	fclose(f);
	p->name[strcspn(p->name, "\n")] = '\0';
}

/* @return which of the wanted a process has open, -1: none */
static int
has_open(const struct pci_env *env, pid_t pid, const struct wanted *w)
{
	char path[PCI_PATH_SIZE + 16], link[PCI_PATH_SIZE];
	const struct dirent *entry;
	int found = -1;
	DIR *dir;

	snprintf(link, sizeof(link), "%s/%d/fd", env->proc, (int)pid);
	dir = opendir(link);
	while (dir != NULL && found < 0 && (entry = readdir(dir)) != NULL) {
		ssize_t n;

		snprintf(path, sizeof(path), "%s/%d/fd/%.16s", env->proc, (int)pid, entry->d_name);
		n = readlink(path, link, sizeof(link) - 1);
		if (n < 0)
			continue;
		link[n] = '\0';
		for (unsigned int i = 0; i < w->n && found < 0; i++)
			if (strcmp(link, w->text[i]) == 0)
				found = (int)i;
	}
	if (dir != NULL)
		closedir(dir);
	return found;
}

/* @return which of the wanted the process found has open, -1: there is none such process */
static int
find(const struct pci_env *env, const struct wanted *w, bool (*may)(const struct process *p),
     struct process *p)
{
	DIR *dir = opendir(env->proc);
	const struct dirent *entry;
	int found = -1;

	while (dir != NULL && found < 0 && (entry = readdir(dir)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		p->pid = (pid_t)atoi(entry->d_name);
		name_of(env, p);
		if (may(p))
			found = has_open(env, p->pid, w);
	}
	if (dir != NULL)
		closedir(dir);
	return found;
}

static bool
is_other(const struct process *p)
{
	return p->pid != getpid();
}

static void
want_group(struct wanted *w, int group)
{
	snprintf(w->text[w->n++], sizeof(w->text[0]), "/dev/vfio/%d", group);
	snprintf(w->text[w->n++], sizeof(w->text[0]), "/dev/vfio/noiommu-%d", group);
}

static void
want_uio(const struct pci_env *env, const char *address, struct wanted *w)
{
	char path[PCI_PATH_SIZE];
	const struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/bus/pci/devices/%s/uio", env->sys, address);
	dir = opendir(path);
	while (dir != NULL && w->n < MAX_NODES && (entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, "uio", 3) == 0)
			snprintf(w->text[w->n++], sizeof(w->text[0]), "/dev/%.16s", entry->d_name);
	if (dir != NULL)
		closedir(dir);
}

const char *
pci_proc_holder(const struct pci_env *env, const struct pci_facts *f, char *holder, size_t size)
{
	struct wanted *w = calloc(1, sizeof(*w));
	struct process p;

	holder[0] = '\0';
	if (w == NULL)
		return holder;
	if (f->group >= 0 && strncmp(f->driver, "vfio", 4) == 0)
		want_group(w, f->group);
	want_uio(env, f->address, w);
	if (w->n > 0 && find(env, w, is_other, &p) >= 0)
		snprintf(holder, size, "%s (pid %d)", p.name, (int)p.pid);
	free(w);
	return holder;
}

bool
pci_proc_own(const struct pci_env *env, int group)
{
	struct wanted *w = calloc(1, sizeof(*w));
	bool own;

	if (w == NULL)
		return true; /* better left to the next start than waited for */
	want_group(w, group);
	own = has_open(env, getpid(), w) >= 0;
	free(w);
	return own;
}

/* Daemons through which people log in. */
static bool
is_login(const struct process *p)
{
	static const char *const names[] = {"sshd", "dropbear", "in.telnetd", "telnetd", NULL};

	for (int i = 0; names[i] != NULL; i++)
		if (strncmp(p->name, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

/* An address as /proc/net/tcp has it: words of 32 bits, each in the order of this machine. */
static void
parse_address(const char *text, size_t digits, uint8_t addr[16])
{
	for (size_t i = 0; i < digits / 8; i++) {
		char word[9] = "";
		uint32_t value;

		memcpy(word, text + 8 * i, 8);
		value = (uint32_t)strtoul(word, NULL, 16);
		memcpy(addr + 4 * i, &value, 4);
	}
}

/* What runs over IPv4 in an IPv6 socket is IPv4. @return family, 0 when it is no address */
static int
local_address(const char *text, uint8_t addr[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	const size_t digits = strcspn(text, ":");

	if (digits != 8 && digits != 32)
		return 0;
	parse_address(text, digits, addr);
	if (digits == 8)
		return AF_INET;
	if (memcmp(addr, mapped, sizeof(mapped)) != 0)
		return AF_INET6;
	memmove(addr, addr + 12, 4);
	return AF_INET;
}

static bool
is_one_of(const struct kernel_address *address, int n, int family, const uint8_t addr[16])
{
	for (int i = 0; i < n; i++)
		if (address[i].family == family &&
		    memcmp(address[i].addr, addr, family == AF_INET ? 4 : 16) == 0)
			return true;
	return false;
}

/* The connections of one file of /proc/net whose local end is one of the addresses. */
static void
read_connections(const struct pci_env *env, const char *file, const struct kernel_address *address,
		 int n, struct wanted *sockets, char (*from)[INET6_ADDRSTRLEN])
{
	char path[PCI_PATH_SIZE], line[256], local[40], remote[40];
	unsigned int state;
	unsigned long inode;
	FILE *f;

	snprintf(path, sizeof(path), "%s/net/%s", env->proc, file);
	f = fopen(path, "re");
	while (f != NULL && sockets->n < MAX_SOCKETS && fgets(line, sizeof(line), f) != NULL) {
		uint8_t addr[16];
		int family;

		if (sscanf(line, "%*s %39s %39s %x %*s %*s %*s %*s %*s %lu", local, remote, &state,
			   &inode) != 4 ||
		    state != ESTABLISHED || inode == 0)
			continue;
		family = local_address(local, addr);
		if (!is_one_of(address, n, family, addr))
			continue;
		family = local_address(remote, addr);
		inet_ntop(family, addr, from[sockets->n], INET6_ADDRSTRLEN);
		snprintf(sockets->text[sockets->n++], sizeof(sockets->text[0]), "socket:[%lu]",
			 inode);
	}
	if (f != NULL)
		fclose(f);
}

const char *
pci_proc_login(const struct pci_env *env, const struct kernel_address *address, int n, char *login,
	       size_t size)
{
	struct wanted *sockets = calloc(1, sizeof(*sockets));
	char from[MAX_SOCKETS][INET6_ADDRSTRLEN];
	struct process p;
	int found;

	login[0] = '\0';
	if (sockets == NULL)
		return login;
	read_connections(env, "tcp", address, n, sockets, from);
	read_connections(env, "tcp6", address, n, sockets, from);
	found = sockets->n > 0 ? find(env, sockets, is_login, &p) : -1;
	if (found >= 0)
		snprintf(login, size, "%s (pid %d) from %s", p.name, (int)p.pid, from[found]);
	free(sockets);
	return login;
}
