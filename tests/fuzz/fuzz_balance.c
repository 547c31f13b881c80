/* SPDX-License-Identifier: BSD-3-Clause */
/* fuzz_balance.c - balance-alb fed with any ARP and ND of the host and of the wire keeps its rules. */
#include <stdlib.h>
#include <string.h>

#include "bond.h"

/*
 * The input is a list of commands, one octet each, with arguments: a frame of the host or of the
 * wire (its length, its octets), a member that loses or finds its link, time that passes, a load that
 * was measured. Octets
 * that stand for addresses in a frame may ask for the bond's or a member's MAC, so that the deeper
 * parts are reached.
 */

#define MEMBERS 3
#define ROOM    8
#define LONGEST 160
#define TURNS   64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *data;
	size_t left;
};

static struct bond b;
static struct bond_view view;
static struct bond_client room[ROOM];
static uint64_t now, octets[BOND_BUCKETS];

static void
require(bool ok)
{
	if (!ok)
		abort();
}

static uint8_t
take(struct input *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->data++;
}

static void
publish(void)
{
	struct bond_view next;

	bond_elect(&b, &view, &next);
	view = next;
	b.dirty = false;
}

static void
start(void)
{
	struct bond_options o = bond_options_default();

	now = 1;
	memset(octets, 0, sizeof(octets));
	o.mode = BOND_MODE_BALANCE_ALB;
	memcpy(o.system_mac, (const uint8_t[]){2, 0, 0, 0, 0, 1}, 6);
	bond_view_clear(&view);
	require(bond_init(&b, "bond0", &o, NULL, now) == 0);
	bond_balance_room(&b, room, ROOM);
	for (uint8_t i = 0; i < MEMBERS; i++) {
		struct bond_member_options m = bond_member_options_default();
		const struct bond_link_fact up = {
			.carrier = true, .speed_mbps = 1000, .duplex = BOND_DUPLEX_FULL};
		const char name[] = {'m', (char)('0' + i), '\0'};
		uint8_t slot;

		memcpy(m.perm_mac, (const uint8_t[]){2, 0, 0, 0, 1, i}, 6);
		require(bond_member_add(&b, name, &m, &up, now, &slot) == 0);
	}
	publish();
}

static void
check(void)
{
	uint32_t n = 0, on[BOND_MAX_MEMBERS] = {0}, by_age = 0;
	const struct bond_clients *t = &b.balancer.clients;
	const struct bond_client *c;

	for (uint32_t at = 0; (c = bond_balance_client(&b, &at)); n++)
		if (c->slot != BOND_NONE) {
			require(c->slot < MEMBERS && b.member[c->slot].link == BOND_LINK_UP);
			on[c->slot]++;
		}
	require(n == bond_balance_counts(&b)->clients && n <= ROOM);
	require(memcmp(on, t->on, sizeof(on)) == 0);
	for (uint32_t at = t->newest; at < ROOM && by_age <= ROOM; at = t->table[at].older)
		by_age++;
	require(by_age == n);
}

/* The rest of the turn: what is due is done, and then there is rest. */
static void
turn(void)
{
	uint8_t frame[BOND_BALANCE_FRAME_SIZE], slot;
	size_t len;

	bond_tick(&b, now);
	if (b.dirty)
		publish();
	for (unsigned int i = 0; bond_balance_output(&b, now, frame, &len, &slot); i++) {
		require(i < 1000 && len >= 60 && len <= sizeof(frame));
		require(bond_member_can_tx(&b, slot));
	}
	require(bond_balance_counts(&b)->clients <= ROOM);
	check();
}

static size_t
take_frame(struct input *in, uint8_t *frame)
{
	const uint8_t flags = take(in);
	const size_t len = take(in) % LONGEST;
	const uint8_t type[][2] = {{8, 6}, {0x86, 0xdd}, {0x81, 0}};

	for (size_t i = 0; i < len; i++)
		frame[i] = take(in);
	if (len > 14 && flags & 1)
		memcpy(frame + 12, type[(flags >> 1) % 3], 2);
	if (len > 12 && flags & 8)
		memcpy(frame + 6, b.mac, 6);
	if (len > 28 && flags & 16)
		memcpy(frame + 22, b.mac, 6);
	if (len >= 86 && flags & 32)
		memcpy(frame + 80, b.mac, 6);
	if (len > 12 && flags & 64)
		memcpy(frame, b.member[flags >> 1 & 1].mac, 6);
	return len;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	uint8_t frame[LONGEST], slot;
	size_t len;

	start();
	for (unsigned int turns = 0; in.left > 0 && turns < TURNS; turns++) {
		const uint8_t command = take(&in);
		const struct bond_link_fact fact = {
			.carrier = command & 8, .speed_mbps = 1000, .duplex = BOND_DUPLEX_FULL};

		switch (command % 6) {
		case 0:
			len = take_frame(&in, frame);
			bond_balance_host_frame(&b, frame, len, now, &slot);
			require(slot == BOND_NONE || bond_member_can_tx(&b, slot));
			break;
		case 1:
			len = take_frame(&in, frame);
			bond_balance_heard(&b, take(&in) % BOND_MAX_MEMBERS, frame, len, now);
			break;
		case 2:
			bond_member_link(&b, (uint8_t)(command / 16 % MEMBERS), &fact, now);
			break;
		case 3:
			now += take(&in) * BOND_MSEC * 10;
			break;
		case 4:
			now += take(&in) * BOND_SEC * 3;
			break;
		default: /* what follows from loads has tests of its own, and takes its time */
			octets[command] += now;
			bond_balance_load(&b, octets, octets[0], now);
			break;
		}
		turn();
	}
	return 0;
}
