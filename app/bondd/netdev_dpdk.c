/* SPDX-License-Identifier: BSD-3-Clause */
/* netdev_dpdk.c - how DPDK reaches a kernel interface, and what that interface lets in. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/if_packet.h>

#include "ethtool.h"
#include "netdev_private.h"

#define MAX_XDP_QUEUES 16

bool
netdev_is_virtual(const struct netdev *n)
{
	return n->found.kind[0] != '\0'; /* only software interfaces are of an rtnetlink kind */
}

uint16_t
netdev_queues(const struct netdev *n)
{
	const unsigned int queues = ethtool_rx_queues(n->found.name);

	return queues < MAX_XDP_QUEUES ? queues : MAX_XDP_QUEUES;
}

void
netdev_devargs(const struct netdev *n, enum netdev_driver driver, unsigned int number, bool sleep,
	       char *buf, size_t size)
{
	/*
	 * A worker that sleeps must never be held by a driver: in copy mode AF_XDP does not ask to
	 * be woken, and without busy polling frames arrive by the interrupts of the kernel.
	 */
	if (driver == NETDEV_AF_XDP)
		snprintf(buf, size, "net_af_xdp_bondd%u,iface=%s,start_queue=0,queue_count=%u%s",
			 number, n->found.name, netdev_queues(n),
			 sleep ? ",force_copy=1,busy_budget=0" : "");
	else
		snprintf(buf, size, "net_af_packet_bondd%u,iface=%s", number, n->found.name);
}

bool
netdev_has_segments(const struct netdev *n)
{
	return n->segments;
}

/* @return a descriptor of a program that passes everything, or -errno */
static int
load_pass(void)
{
	static const struct bpf_insn pass[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS},
		{.code = BPF_JMP | BPF_EXIT},
	};
	static const char license[] = "BSD";
	union bpf_attr attr = {.prog_type = BPF_PROG_TYPE_XDP,
			       .insns = (uintptr_t)pass,
			       .insn_cnt = sizeof(pass) / sizeof(pass[0]),
			       .license = (uintptr_t)license,
			       .prog_name = "bondd_pass"};
	const long fd = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	return fd < 0 ? -errno : (int)fd;
}

int
netdev_refuse_segments(struct netdev *n)
{
	const int fd = load_pass();
	int rc;

	if (fd < 0)
		return fd;
	rc = kernel_attach_xdp(n->kernel, n->found.ifindex, fd); /* it holds the program now */
	close(fd);
	n->record.xdp |= rc == 0;
	return rc;
}

static int
join(const struct netdev *n, int fd, int type, const uint8_t *mac)
{
	struct packet_mreq request = {.mr_ifindex = n->found.ifindex, .mr_type = type};

	if (mac != NULL) {
		request.mr_alen = 6;
		memcpy(request.mr_address, mac, 6);
	}
	return setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &request, sizeof(request)) < 0
		       ? -errno
		       : 0;
}

/*
 * Memberships belong to a packet socket (bound to no protocol: it receives nothing). A new socket
 * gets the new set before the old one goes, so nothing that stays wanted is ever missed.
 */
int
netdev_set_filter(struct netdev *n, const uint8_t (*mac)[6], unsigned int count, bool allmulti,
		  bool promisc)
{
	const int fd = n->lost ? -1 : socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	int rc = 0;

	if (fd < 0)
		return n->lost ? -ENODEV : -errno;
	for (unsigned int i = 0; i < count; i++) {
		const bool group = mac[i][0] & 1;

		if (join(n, fd, group ? PACKET_MR_MULTICAST : PACKET_MR_UNICAST, mac[i]) == 0)
			continue;
		allmulti |= group;
		promisc |= !group;
	}
	if (allmulti)
		rc = join(n, fd, PACKET_MR_ALLMULTI, NULL);
	if (promisc)
		rc = join(n, fd, PACKET_MR_PROMISC, NULL);
	if (n->filter >= 0)
		close(n->filter);
	n->filter = fd;
	return rc;
}
