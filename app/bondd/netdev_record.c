/* SPDX-License-Identifier: BSD-3-Clause */
/* netdev_record.c - one JSON file an interface under /run; its flock says whether the owner lives. */
#include "netdev_record.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "file_claim.h"
#include "mac_text.h"

#define DIR_BASE "/run/dpdk-bondd"
#define DIR_PATH DIR_BASE "/netdev"

static const char *const names[NETDEV_PROPERTIES] = {
	[NETDEV_MTU] = "mtu",
	[NETDEV_UP] = "up",
	[NETDEV_GRO] = "gro",
	[NETDEV_LRO] = "lro",
	[NETDEV_RXVLAN] = "rxvlan",
	[NETDEV_DISABLE_IPV6] = "disable_ipv6",
	[NETDEV_ARP_IGNORE] = "arp_ignore",
	[NETDEV_RP_FILTER] = "rp_filter",
};

const char *
netdev_property_name(enum netdev_property property)
{
	return names[property];
}

uint64_t
netdev_namespace(void)
{
	struct stat st;

	return stat("/proc/thread-self/ns/net", &st) == 0 ? st.st_ino : 0;
}

static void
path_of(uint64_t netns, int ifindex, char *buf, size_t size)
{
	snprintf(buf, size, DIR_PATH "/%llu-%d.json", (unsigned long long)netns, ifindex);
}

int
netdev_record_claim(uint64_t netns, int ifindex, struct netdev_record *owner)
{
	char path[128];
	int fd, other;

	mkdir(DIR_BASE, 0755);
	if (mkdir(DIR_PATH, 0755) < 0 && errno != EEXIST)
		return -errno;
	path_of(netns, ifindex, path, sizeof(path));
	fd = file_claim(path, true);
	if (fd == -EBUSY) {
		memset(owner, 0, sizeof(*owner));
		other = open(path, O_RDONLY | O_CLOEXEC);
		if (other >= 0) {
			netdev_record_read(other, owner);
			close(other);
		}
	}
	return fd;
}

int
netdev_record_write(int fd, const struct netdev_record *r)
{
	char was[MAC_TEXT_SIZE], set[MAC_TEXT_SIZE];
	json_t *settings = json_object();
	json_t *root =
		json_pack("{s:I, s:I, s:i, s:s, s:s, s:b, s:b, s:s, s:s, s:o}", "pid",
			  (json_int_t)r->pid, "netns", (json_int_t)r->netns, "ifindex", r->ifindex,
			  "ifname", r->ifname, "bond", r->bond, "mac_changed", r->mac_changed,
			  "xdp", r->xdp, "mac_was", mac_text(r->mac_was, was), "mac_set",
			  mac_text(r->mac_set, set), "settings", settings);
	char *text;
	int rc = -EIO;

	for (int i = 0; i < NETDEV_PROPERTIES; i++)
		if (r->setting[i].changed)
			json_object_set_new(settings, names[i],
					    json_pack("{s:I, s:I}", "was",
						      (json_int_t)r->setting[i].was, "set",
						      (json_int_t)r->setting[i].set));
	text = json_dumps(root, JSON_INDENT(1));
	json_decref(root);
	if (text == NULL)
		return -ENOMEM;
	/* One write, then the cut: whoever is killed between leaves a readable record behind. */
	if (pwrite(fd, text, strlen(text), 0) == (ssize_t)strlen(text) &&
	    ftruncate(fd, strlen(text)) == 0)
		rc = 0;
	free(text);
	return rc;
}

int
netdev_record_read(int fd, struct netdev_record *r)
{
	const char *ifname, *bond, *was_mac, *set_mac;
	json_t *root, *settings;
	json_int_t pid, netns;
	int rc = -EINVAL, changed, xdp;
	struct stat st;

	if (fstat(fd, &st) < 0 || st.st_size == 0 || lseek(fd, 0, SEEK_SET) < 0)
		return -ENOENT;
	*r = (struct netdev_record){0};
	root = json_loadfd(fd, JSON_DISABLE_EOF_CHECK, NULL);
	if (json_unpack(root, "{s:I, s:I, s:i, s:s, s:s, s:b, s:b, s:s, s:s, s:o}", "pid", &pid,
			"netns", &netns, "ifindex", &r->ifindex, "ifname", &ifname, "bond", &bond,
			"mac_changed", &changed, "xdp", &xdp, "mac_was", &was_mac, "mac_set",
			&set_mac, "settings", &settings) == 0 &&
	    mac_parse(was_mac, r->mac_was) && mac_parse(set_mac, r->mac_set)) {
		r->pid = pid;
		r->netns = netns;
		r->mac_changed = changed;
		r->xdp = xdp;
		snprintf(r->ifname, sizeof(r->ifname), "%s", ifname);
		snprintf(r->bond, sizeof(r->bond), "%s", bond);
		for (int i = 0; i < NETDEV_PROPERTIES; i++) {
			struct netdev_setting *s = &r->setting[i];
			json_int_t was, set;

			s->changed = json_unpack(json_object_get(settings, names[i]), "{s:I, s:I}",
						 "was", &was, "set", &set) == 0;
			if (s->changed) {
				s->was = was;
				s->set = set;
			}
		}
		rc = 0;
	}
	json_decref(root);
	return rc;
}

void
netdev_record_drop(int fd, uint64_t netns, int ifindex)
{
	char path[128];

	path_of(netns, ifindex, path, sizeof(path));
	unlink(path);
	close(fd);
}

int
netdev_record_claim_stale(uint64_t netns, struct netdev_record *record)
{
	DIR *dir = opendir(DIR_PATH);
	char path[sizeof(DIR_PATH) + 1 + sizeof(((struct dirent *)0)->d_name)];
	struct dirent *entry;
	int fd = -ENOENT;

	if (dir == NULL)
		return -ENOENT;
	while (fd < 0 && (entry = readdir(dir)) != NULL) {
		unsigned long long ns;
		int ifindex;

		if (sscanf(entry->d_name, "%llu-%d.json", &ns, &ifindex) != 2 || ns != netns)
			continue;
		snprintf(path, sizeof(path), DIR_PATH "/%s", entry->d_name);
		fd = file_claim(path, false);
		if (fd >= 0 && netdev_record_read(fd, record) < 0) {
			unlink(path); /* its owner died before it changed anything */
			close(fd);
			fd = -ENOENT;
		}
	}
	closedir(dir);
	return fd < 0 ? -ENOENT : fd; /* the others have living owners */
}

bool
netdev_record_is_held(uint64_t netns, struct netdev_record *record)
{
	DIR *dir = opendir(DIR_PATH);
	char path[sizeof(DIR_PATH) + 1 + sizeof(((struct dirent *)0)->d_name)];
	const struct dirent *entry;
	bool held = false;

	while (dir != NULL && !held && (entry = readdir(dir)) != NULL) {
		unsigned long long ns;
		int ifindex, fd;

		if (sscanf(entry->d_name, "%llu-%d.json", &ns, &ifindex) != 2 || ns != netns)
			continue;
		snprintf(path, sizeof(path), DIR_PATH "/%s", entry->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		held = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK &&
		       netdev_record_read(fd, record) == 0;
		if (fd >= 0)
			close(fd);
	}
	if (dir != NULL)
		closedir(dir);
	return held;
}
