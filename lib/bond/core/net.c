/* SPDX-License-Identifier: BSD-3-Clause */
/* net.c - compares and finds addresses. */
#include <string.h>

#include "bond_net.h"

bool
bond_ip_equal(const struct bond_ip *a, const struct bond_ip *b)
{
	return a->v6 == b->v6 && memcmp(a->octet, b->octet, a->v6 ? 16 : 4) == 0;
}

bool
bond_ip_is_zero(const struct bond_ip *ip)
{
	static const uint8_t zero[16];

	return memcmp(ip->octet, zero, ip->v6 ? 16 : 4) == 0;
}

bool
bond_net_is_local(const struct bond_net *net, const struct bond_ip *ip)
{
	for (unsigned int i = 0; i < net->n_addresses; i++)
		if (bond_ip_equal(&net->address[i].ip, ip))
			return true;
	return false;
}
