/* SPDX-License-Identifier: BSD-3-Clause */
/* net.c - compares, finds and writes addresses. */
#include <stdio.h>
#include <string.h>

#include "bond_machine.h"

void
bond_net_set(struct bond *b, const struct bond_net *net)
{
	b->net = *net;
	bond_balance_net(b);
}

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

const char *
bond_ip_text(const struct bond_ip *ip, char text[BOND_IP_TEXT])
{
	const uint8_t *o = ip->octet;
	int used = 0;

	if (!ip->v6) {
		snprintf(text, BOND_IP_TEXT, "%u.%u.%u.%u", o[0], o[1], o[2], o[3]);
		return text;
	}
	for (int i = 0; i < 16; i += 2) /* in full: it is for logs, and never ambiguous */
		used += snprintf(text + used, BOND_IP_TEXT - (size_t)used, "%s%x", i ? ":" : "",
				 (unsigned int)(o[i] << 8 | o[i + 1]));
	return text;
}
