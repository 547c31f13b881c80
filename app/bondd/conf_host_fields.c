/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_host_fields.c - the settings of a host interface: one row each. */
#include "conf.h"
#include "conf_field.h"

static const struct conf_name host_types[] = {
	{"auto", CONF_HOST_AUTO},
	{"virtio-user", CONF_HOST_VIRTIO_USER},
	{"tap", CONF_HOST_TAP},
	{"vdev", CONF_HOST_VDEV},
	{NULL, 0},
};

static const struct conf_gone host_types_gone[] = {
	{"kni", "is gone from DPDK since 23.11, use virtio-user"},
	{NULL, NULL},
};

static const struct conf_name offloads[] = {
	{"auto", CONF_OFFLOAD_AUTO},
	{"on", CONF_OFFLOAD_ON},
	{"off", CONF_OFFLOAD_OFF},
	{NULL, 0},
};

#define AT(member) offsetof(struct conf_host, member)
const struct conf_field conf_host_fields[] = {
	{"type", .type = CONF_ENUM, .offset = AT(type), .names = host_types,
	 .gone = host_types_gone, .def = "auto",
	 .doc = "How the bond appears to the kernel: through vhost-net (virtio-user), through a "
		"TAP "
		"device (tap), the better of these two that the machine has (auto), or as any "
		"other DPDK device (vdev)."},
	{"queues", .type = CONF_UINT, .offset = AT(queues), .min = 1, .max = 16, .def = "1",
	 .doc = "Queue pairs of the host interface."},
	{"vdev", .type = CONF_STRING, .offset = AT(vdev), .size = CONF_PORT_SIZE, .def = "",
	 .check = conf_check_vdev_or_empty, .values = "`net_memif0,role=server,...`",
	 .doc = "The DPDK device, if and only if type is vdev."},
	{"persist", .type = CONF_BOOL, .offset = AT(persist), .def = "0",
	 .doc = "The interface stays when the daemon ends or is killed, without carrier, and the "
		"next "
		"start takes it with its addresses and routes. Also allows to take a TAP device "
		"of this name that somebody else has made. Without it bond0 goes with the daemon. "
		"Not with type vdev."},
	{"keep_addr_on_down", .type = CONF_BOOL, .offset = AT(keep_addr_on_down), .def = "1",
	 .doc = "Static IPv6 addresses of the interface stay when it is taken down, as those of "
		"IPv4 do: the sysctl of this name is set when the interface is made. 0: it is "
		"left as it is, and they go, as from a bond of Linux."},
	{"csum", .type = CONF_ENUM, .offset = AT(csum), .names = offloads, .def = "auto",
	 .doc = "Checksums of TCP and UDP are left unfinished between the kernel and us: the NIC "
		"completes them, or we do where it cannot. auto: with virtio-user. The tap driver "
		"has none of this, whatever is set."},
	{"tso", .type = CONF_ENUM, .offset = AT(tso), .names = offloads, .def = "auto",
	 .doc = "The kernel hands over large TCP packets; the NIC cuts them into segments, or we "
		"do "
		"where it cannot. Needs csum. auto: with virtio-user."},
	{"gro", .type = CONF_ENUM, .offset = AT(gro), .names = offloads, .def = "auto",
	 .doc = "TCP segments that follow each other are merged before they enter the kernel. "
		"Needs csum. auto: with virtio-user, and while this machine does not forward: "
		"not while the interface, or a VLAN on it, is a port of a bridge or the like, or "
		"net.ipv4 or net.ipv6 forwarding is on for one of them. on: always. Members of "
		"virtio merge by themselves unless it is off; that can be undone."},
	{NULL},
};
#undef AT
