/* SPDX-License-Identifier: BSD-3-Clause */
/* announce.c - sends peer notifications and reports of multicast groups after a failover. */
#include "announce.h"

#include "bond_frame.h"
#include "host_net.h"
#include "log.h"

/* @param members a bit a slot: one after the other sends it; 0: nobody, or nobody any more */
static void
begin(struct bondd_round *round, uint32_t members, const char *what)
{
	*round = (struct bondd_round){.running = members != 0,
				      .slot = members ? (uint8_t)__builtin_ctz(members) : BOND_NONE,
				      .others = members & (members - 1),
				      .what = what};
}

/* A round that is under way: what the port does not take now follows in the next turns. */
static void
go_on(struct bondd_bond *b, struct bondd_round *round,
      size_t (*frame_of)(const struct bond *core, unsigned int *next, uint8_t *frame))
{
	uint8_t frame[BOND_FRAME_SIZE];
	unsigned int next = round->next;
	size_t len;

	while (round->running) {
		const bool there = b->member[round->slot].used;

		while (there && (len = frame_of(&b->core, &next, frame)) > 0) {
			if (dp_ctrl_send(&b->daemon->dp, b->member[round->slot].port, frame, len) <
			    0)
				return;
			round->next = next;
		}
		if (there)
			log_debug("%s: %u %s sent on %s", b->core.name, round->next, round->what,
				  b->core.member[round->slot].name);
		begin(round, round->others, round->what);
		next = 0;
	}
}

/* Peers do not learn by themselves that the address was changed, whatever the mode. */
static void
tell_mac(struct bondd_bond *b)
{
	const uint8_t active = b->core.active;
	uint32_t members = b->view.tx;

	if (!b->host.mac_is_news || b->notify.running || members == 0)
		return;
	if (active != BOND_NONE && members >> active & 1)
		members = UINT32_C(1) << active;
	b->host.mac_is_news = false;
	if (b->core.options.num_peer_notif == 0)
		return;
	host_net_read(b);
	begin(&b->notify, members & -members, "announcements");
}

void
announce(struct bondd_bond *b)
{
	const bool notify = bond_notify_due(&b->core, b->daemon->now);
	uint8_t slot;
	const bool rejoin = bond_rejoin_due(&b->core, b->daemon->now, &slot);

	if (b->host.ifindex == 0)
		return; /* no kernel interface: nobody knows the addresses */
	if (notify || rejoin)
		host_net_read(b);
	if (notify)
		begin(&b->notify, bond_notify_members(&b->core), "announcements");
	if (rejoin)
		begin(&b->rejoin, UINT32_C(1) << slot, "reports");
	tell_mac(b);
	go_on(b, &b->notify, bond_notify_frame);
	go_on(b, &b->rejoin, bond_rejoin_frame);
}
