/* SPDX-License-Identifier: BSD-3-Clause */
/* view.c - the view of a bond as the core makes it, with LACP spoken in no time. */
#include <stdio.h>
#include <string.h>

#include "bench.h"

#define STEP    (10 * BOND_MSEC)
#define TIMEOUT (10 * BOND_SEC) /* of a clock of our own: LACP takes some 3 s */

/* A bond and the one at the other end of its cables. */
struct pair {
	struct bond end[2];
	struct bond_view view[2];
};

static void
make(struct bond *b, const struct bench_point *p, uint8_t number)
{
	struct bond_options options = bond_options_default();
	const struct bond_link_fact up = {true, 10000, BOND_DUPLEX_FULL};

	options.mode = p->mode->number;
	if (p->policy != NULL)
		options.xmit_hash_policy = p->policy->hash;
	options.packets_per_member = 1;
	options.system_mac[0] = 0x02;
	options.system_mac[5] = number;
	if (bond_init(b, "bench", &options, NULL, 0) != 0)
		bench_die("the core refuses mode %s", p->mode->name);
	bond_host_igmp(b, p->mode->igmp, 0);
	for (uint8_t i = 0; i < p->members; i++) {
		struct bond_member_options o = bond_member_options_default();
		char name[BOND_NAME_SIZE];
		uint8_t slot;

		snprintf(name, sizeof(name), "member%u", i);
		o.lacp_mac[0] = 0x02;
		o.lacp_mac[4] = number;
		o.lacp_mac[5] = i;
		memcpy(o.perm_mac, o.lacp_mac, sizeof(o.perm_mac));
		if (bond_member_add(b, name, &o, &up, 0, &slot) != 0 || slot != i)
			bench_die("the core refuses %s", name);
	}
}

static void
elect(struct bond *b, struct bond_view *v, uint64_t now)
{
	struct bond_view next;

	bond_elect(b, v, &next);
	*v = next;
	b->dirty = false;
	bond_view_applied(b, v, now);
}

/* What either end has to say, heard at once by the other. */
static void
talk(struct pair *x, uint64_t now)
{
	for (unsigned int from = 0; from < 2; from++)
		bond_foreach_member (&x->end[from], slot) {
			uint8_t frame[LACP_FRAME_SIZE];
			size_t len;

			while ((len = bond_lacp_output(&x->end[from], slot, frame, now)) > 0)
				bond_lacp_input(&x->end[!from], slot, frame, len, now);
		}
}

void
bench_view(struct bond_view *v, const struct bench_point *p, const struct rte_ether_addr *mac)
{
	static struct pair x;

	for (uint8_t i = 0; i < 2; i++) {
		make(&x.end[i], p, i + 1);
		bond_view_clear(&x.view[i]);
	}
	for (uint64_t now = 0; x.view[0].n_active < bench_carriers(p); now += STEP) {
		if (now > TIMEOUT)
			bench_die("ours, %s: %u of %u members carry", p->mode->name,
				  x.view[0].n_active, p->members);
		for (unsigned int i = 0; i < 2; i++) {
			bond_tick(&x.end[i], now);
			elect(&x.end[i], &x.view[i], now);
		}
		talk(&x, now);
	}
	*v = x.view[0];
	if (mac != NULL) {
		memcpy(v->bond_mac, mac, sizeof(v->bond_mac));
		for (unsigned int i = 0; i < BENCH_MEMBERS; i++)
			memcpy(v->mac[i], mac, sizeof(v->mac[i]));
	}
	if (p->nic_hash && !v->nic_hash)
		bench_die("ours, %s: the NIC's hash is not for policy %s", p->mode->name,
			  p->policy->name);
}
