/* SPDX-License-Identifier: BSD-3-Clause */
/* ethtool.c - the ethtool ioctl, one small question at a time. */
#include "ethtool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

static int
ask(const char *ifname, void *question)
{
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {0};
	int rc = 0;

	if (fd < 0)
		return -errno;
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", ifname);
	request.ifr_data = question;
	if (ioctl(fd, SIOCETHTOOL, &request) < 0)
		rc = -errno;
	close(fd);
	return rc;
}

/* The link settings end in bit maps whose length the kernel tells in a first answer. */
union settings {
	struct ethtool_link_settings link;
	uint32_t room[sizeof(struct ethtool_link_settings) / sizeof(uint32_t) + 3 * 128];
};

static int
get_settings(const char *ifname, union settings *s)
{
	int rc;

	memset(s, 0, sizeof(*s));
	s->link.cmd = ETHTOOL_GLINKSETTINGS;
	rc = ask(ifname, s);
	if (rc < 0)
		return rc;
	s->link.link_mode_masks_nwords = -s->link.link_mode_masks_nwords;
	s->link.cmd = ETHTOOL_GLINKSETTINGS;
	return ask(ifname, s);
}

int
ethtool_speed(const char *ifname, uint32_t *speed_mbps, bool *full_duplex, bool *duplex_known)
{
	union settings s;
	int rc = get_settings(ifname, &s);

	if (rc < 0)
		return rc;
	*speed_mbps = s.link.speed == (uint32_t)SPEED_UNKNOWN ? 0 : s.link.speed;
	*full_duplex = s.link.duplex == DUPLEX_FULL;
	*duplex_known = s.link.duplex != DUPLEX_UNKNOWN;
	return 0;
}

int
ethtool_set_speed(const char *ifname, uint32_t speed_mbps)
{
	union settings s;
	int rc = get_settings(ifname, &s);

	if (rc < 0)
		return rc;
	s.link.cmd = ETHTOOL_SLINKSETTINGS;
	s.link.speed = speed_mbps == 0 ? (uint32_t)SPEED_UNKNOWN : speed_mbps;
	s.link.duplex = speed_mbps == 0 ? DUPLEX_UNKNOWN : DUPLEX_FULL;
	return ask(ifname, &s);
}

int
ethtool_driver(const char *ifname, char *driver, size_t size)
{
	struct ethtool_drvinfo info = {.cmd = ETHTOOL_GDRVINFO};
	int rc = ask(ifname, &info);

	snprintf(driver, size, "%s", rc < 0 ? "" : info.driver);
	return rc;
}

unsigned int
ethtool_rx_queues(const char *ifname)
{
	struct ethtool_channels channels = {.cmd = ETHTOOL_GCHANNELS};

	if (ask(ifname, &channels) < 0)
		return 1;
	return channels.combined_count > 0 ? channels.combined_count
	       : channels.rx_count > 0     ? channels.rx_count
					   : 1;
}

/* GRO has a command of its own, the others are bits of the flags. */
static uint32_t
flag(enum ethtool_offload offload)
{
	return offload == ETHTOOL_OFFLOAD_LRO ? ETH_FLAG_LRO : ETH_FLAG_RXVLAN;
}

int
ethtool_offload(const char *ifname, enum ethtool_offload offload)
{
	const bool gro = offload == ETHTOOL_OFFLOAD_GRO;
	struct ethtool_value value = {.cmd = gro ? ETHTOOL_GGRO : ETHTOOL_GFLAGS};
	int rc = ask(ifname, &value);

	if (rc < 0)
		return rc;
	return gro ? value.data != 0 : (value.data & flag(offload)) != 0;
}

int
ethtool_set_offload(const char *ifname, enum ethtool_offload offload, bool on)
{
	struct ethtool_value value = {.cmd = ETHTOOL_GFLAGS};
	int rc;

	if (offload == ETHTOOL_OFFLOAD_GRO) {
		value = (struct ethtool_value){.cmd = ETHTOOL_SGRO, .data = on};
		return ask(ifname, &value);
	}
	rc = ask(ifname, &value);
	if (rc < 0)
		return rc;
	value.cmd = ETHTOOL_SFLAGS;
	value.data = on ? value.data | flag(offload) : value.data & ~flag(offload);
	return ask(ifname, &value);
}
