/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_address.c - lists of IP addresses that are to be probed. */
#include <arpa/inet.h>
#include <string.h>

#include "conf.h"
#include "conf_field.h"

const char *
conf_targets_text(const struct conf_field *f, const struct bond_targets *targets, uint32_t i,
		  char text[CONF_ADDRESS_SIZE])
{
	const int family = f->type == CONF_IPV6S ? AF_INET6 : AF_INET;

	return inet_ntop(family, targets->octet[i], text, CONF_ADDRESS_SIZE);
}

/* In Linux's words, where it has some. */
int
conf_targets_append(const struct conf_field *f, const char *text, struct bond_targets *targets,
		    char *why, size_t len)
{
	const bool v6 = f->type == CONF_IPV6S;
	const char *kind = v6 ? "NS" : "ARP";
	struct bond_probe_options o = bond_probe_options_default();
	const struct conf_why w = {why, len};
	struct bond_targets *one = v6 ? &o.ns : &o.arp;

	if (inet_pton(v6 ? AF_INET6 : AF_INET, text, one->octet[0]) != 1)
		return conf_value_refuse(
			w, "invalid %s target specified: \"%.64s\" is no IPv%d address", kind, text,
			v6 ? 6 : 4);
	one->n = 1;
	if (bond_probe_options_check(&o) < 0)
		return conf_value_refuse(
			w, "invalid %s target %s specified: it is never that of a host", kind,
			text);
	for (uint32_t i = 0; i < targets->n; i++)
		if (memcmp(targets->octet[i], one->octet[0], sizeof(one->octet[0])) == 0)
			return conf_value_refuse(w, "%s target %s is already present", kind, text);
	if (targets->n == BOND_MAX_TARGETS)
		return conf_value_refuse(w, "%s target table is full, %d are allowed", kind,
					 BOND_MAX_TARGETS);
	memcpy(targets->octet[targets->n++], one->octet[0], sizeof(one->octet[0]));
	return 0;
}
