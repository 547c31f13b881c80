/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_bfd_fields.c - the settings of micro-BFD: one row each, and what an address may look like. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "conf.h"
#include "conf_field.h"

/* Written as the kernel would, so that equal addresses are equal texts. */
static const char *
check_address(void *value)
{
	char *text = value;
	struct bfd_addr a;

	if (*text == '\0')
		return NULL;
	if (bfd_addr_parse(text, &a) < 0)
		return "a host's address looks like 10.0.0.1 or fd00::1";
	memset(text, 0, BFD_TEXT_SIZE); /* nothing of a longer spelling stays behind its end */
	inet_ntop(a.v6 ? AF_INET6 : AF_INET, a.octets, text, BFD_TEXT_SIZE);
	return NULL;
}

#define AT(member) offsetof(struct bond_bfd_options, member)
const struct conf_field conf_bfd_fields[] = {
	{"local", .type = CONF_STRING, .offset = AT(local), .size = BFD_TEXT_SIZE, .def = "",
	 .check = check_address, .apply = CONF_LIVE, .values = "IPv4 or IPv6 address",
	 .doc = "Our address on every member, which may be that of the bond. Empty: no BFD."},
	{"remote", .type = CONF_STRING, .offset = AT(remote), .size = BFD_TEXT_SIZE, .def = "",
	 .check = check_address, .apply = CONF_LIVE, .values = "IPv4 or IPv6 address",
	 .doc = "The address of the other end, on every member."},
	{"interval", .type = CONF_UINT, .offset = AT(interval_ms), .min = 10, .max = 10000,
	 .def = "300", .unit = "ms", .apply = CONF_LIVE,
	 .doc = "How often we want to send, and how often we can bear to receive. The slower of "
		"both ends decides."},
	{"multiplier", .type = CONF_UINT, .offset = AT(multiplier), .min = 1, .max = 255,
	 .def = "3", .apply = CONF_LIVE,
	 .doc = "After so many intervals in silence the other end takes the member down; it "
		"tells us its own number."},
	{"required", .type = CONF_BOOL, .offset = AT(required), .def = "1", .apply = CONF_LIVE,
	 .doc = "A member is not used before its session is up (RFC 7130, 3). Off: BFD judges a "
		"member only from then on, so that a silent other end does no harm."},
	{"multicast", .type = CONF_BOOL, .offset = AT(multicast), .def = "0", .apply = CONF_LIVE,
	 .doc = "Always send to the dedicated MAC address 01:00:5e:90:00:01. Off: once up, to the "
		"MAC address that the other end sends from (RFC 7130, 2.3)."},
	{NULL},
};
