/* SPDX-License-Identifier: BSD-3-Clause */
/* fake_kernel.c - the functions of kernel.h, over one interface in memory. */
#include "fake_kernel.h"

#include <errno.h>
#include <string.h>

struct kernel
fake_kernel(void)
{
	return (struct kernel){
		.link = {.ifindex = FAKE_IFINDEX,
			 .name = "eth7",
			 .ether = true,
			 .up = true,
			 .mtu = 1500,
			 .mac = {2, 0, 0, 0, 0, 7}},
		.max_mtu = 9000,
	};
}

int
kernel_link_by_index(struct kernel *k, int ifindex, struct kernel_link *link)
{
	if (ifindex != k->link.ifindex)
		return -ENODEV;
	*link = k->link;
	return 0;
}

int
kernel_link_by_name(struct kernel *k, const char *name, struct kernel_link *link)
{
	return strcmp(name, k->link.name) == 0 ? kernel_link_by_index(k, k->link.ifindex, link)
					       : -ENODEV;
}

int
kernel_addresses(struct kernel *k, int ifindex, struct kernel_address *address, int max)
{
	(void)ifindex;
	(void)address;
	(void)max;
	return k->list_error;
}

int
kernel_set_mtu(struct kernel *k, int ifindex, uint32_t mtu)
{
	(void)ifindex;
	if (mtu > k->max_mtu)
		return -EINVAL;
	k->link.mtu = mtu;
	return 0;
}

int
kernel_set_up(struct kernel *k, int ifindex, bool up)
{
	(void)ifindex;
	k->link.up = up;
	return 0;
}

int
kernel_set_mac(struct kernel *k, int ifindex, const uint8_t mac[6])
{
	(void)ifindex;
	if (k->mac_error < 0)
		return k->mac_error;
	memcpy(k->link.mac, mac, 6);
	return 0;
}

int
kernel_attach_xdp(struct kernel *k, int ifindex, int fd)
{
	(void)k;
	(void)ifindex;
	(void)fd;
	return -EOPNOTSUPP;
}

int
kernel_detach_xdp(struct kernel *k, int ifindex)
{
	(void)k;
	(void)ifindex;
	return 0;
}
