/* SPDX-License-Identifier: BSD-3-Clause */
/* macs.c - gives bond and members the MAC addresses that the core decided. */
#include "macs.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host.h"
#include "kernel.h"
#include "log.h"
#include "mac_text.h"
#include "member.h"
#include "reset.h"

#define RETRY BOND_SEC

static bool
is_same(const uint8_t a[6], const uint8_t b[6])
{
	return memcmp(a, b, 6) == 0;
}

int
macs_apply_member(struct bondd_bond *b, uint8_t slot)
{
	struct bondd_member *m = &b->member[slot];
	const uint8_t *wanted = b->core.member[slot].mac;
	const bool retries = m->mac_at != 0;
	char from[MAC_TEXT_SIZE], to[MAC_TEXT_SIZE];
	int rc;

	if (is_same(m->mac, wanted) || reset_hides(m) || m->port->refused & DP_REFUSED_MAC)
		return 0;
	rc = member_set_mac(m, wanted);
	m->mac_at = rc < 0 ? b->daemon->now + RETRY : 0;
	if (rc == 0 && m->port->refused & DP_REFUSED_MAC)
		log_info("%s: %s: driver %s keeps its own MAC address: promiscuous instead",
			 b->conf->name, m->conf->name, m->driver);
	if (rc < 0 && !retries)
		log_warning("%s: %s: MAC address %s cannot become %s: %s: promiscuous meanwhile",
			    b->conf->name, m->conf->name, mac_text(m->mac, from),
			    mac_text(wanted, to), strerror(-rc));
	if (rc == 0 || !retries)
		host_filter_member(b, m);
	return rc;
}

static void
apply_host(struct bondd_bond *b)
{
	struct bondd_host *h = &b->host;
	char text[MAC_TEXT_SIZE];
	int rc = 0;

	if (is_same(h->mac, b->core.mac) || b->daemon->now < h->mac_at)
		return;
	if (h->ifindex != 0)
		rc = kernel_set_mac(h->kernel, h->ifindex, b->core.mac);
	if (rc == 0) {
		memcpy(h->mac, b->core.mac, sizeof(h->mac));
		h->mac_at = 0;
		return;
	}
	if (h->mac_at == 0)
		log_warning("%s: the host interface does not take MAC address %s: %s",
			    b->conf->name, mac_text(b->core.mac, text), strerror(-rc));
	h->mac_at = b->daemon->now + RETRY;
}

void
macs_apply(struct bondd_bond *b)
{
	bond_foreach_member (&b->core, slot)
		if (b->daemon->now >= b->member[slot].mac_at)
			macs_apply_member(b, slot);
	apply_host(b);
}

/* @return the first error; who failed in *who */
static int
apply_all(struct bondd_bond *b, const char **who)
{
	int rc = 0;

	bond_foreach_member (&b->core, slot)
		if (rc == 0) {
			*who = b->member[slot].conf->name;
			rc = macs_apply_member(b, slot);
		}
	return rc;
}

int
macs_choose(struct bondd_bond *b, const uint8_t mac[6], char *reason, size_t size)
{
	uint8_t before[6];
	const char *who = b->conf->name;
	int rc;

	memcpy(before, b->core.mac, 6);
	rc = bond_set_mac(&b->core, mac, b->daemon->now);
	if (rc == -EPERM)
		snprintf(reason, size, "fail_over_mac says which address it has: written back");
	else if (rc < 0)
		snprintf(reason, size, "no address for an interface: written back");
	if (rc < 0)
		return rc;
	rc = apply_all(b, &who);
	if (rc == 0) {
		memcpy(b->host.mac, mac, 6);
		b->host.mac_is_news = true;
		return 0;
	}
	snprintf(reason, size, "%s refuses the address (%s): written back", who, strerror(-rc));
	bond_set_mac(&b->core, before, b->daemon->now);
	apply_all(b, &who);
	return rc;
}
