/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_balance_golden.c - what Linux was recorded to send in balance-tlb and -alb, we send. */
#include <inttypes.h>

#include "bond_recording.h"

#define FRAMES  600
#define OCTETS  64
#define MEMBERS 3

/* A frame that a member sent. */
struct sent {
	uint64_t ms, us; /* microseconds, from the same start */
	uint8_t slot;
	size_t len;
	uint8_t octet[OCTETS];
};

struct traffic {
	struct sent frame[FRAMES];
	unsigned int n;
};

static struct fixture f;
static struct recording theirs;
static struct traffic their_frames, our_frames;
static struct bond_client room[64];
static const struct bond_tags vlan = {1, {{0x8100, 100}}};
static const struct bond_address addresses[2] = {
	{.ip.octet = {10, 9, 0, 2}}, {.ip.octet = {10, 8, 0, 2}, .tags = {1, {{0x8100, 100}}}}};

static const uint8_t bond_mac[6] = {2, 0, 0, 0, 1, 0};
static const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

static void
note(struct traffic *t, uint64_t us, uint8_t slot, const uint8_t *frame, size_t len)
{
	struct sent *s = &t->frame[t->n++];

	assert_true(t->n <= FRAMES);
	s->ms = us / 1000;
	s->us = us;
	s->slot = slot;
	s->len = len < OCTETS ? len : OCTETS;
	memcpy(s->octet, frame, s->len);
}

static void
note_ours(struct fixture *fixture, const uint8_t *frame, size_t len, uint8_t slot)
{
	note(&our_frames, fixture->now / 1000, slot, frame, len);
}

/* All that was seen of ARP and learning packets, of all members in order of time. */
static void
read_frames(const char *name)
{
	static struct traffic unsorted;
	uint8_t header[24], record[16], frame[2048];

	unsorted.n = their_frames.n = 0;
	for (uint8_t slot = 0; slot < MEMBERS; slot++) {
		char path[512];
		FILE *file;

		snprintf(path, sizeof(path), "%s/golden/pcap/%s.m%u.pcap", TEST_DIR, name, slot);
		file = fopen(path, "rb");
		assert_non_null(file);
		assert_int_equal(fread(header, 1, sizeof(header), file), sizeof(header));
		while (fread(record, 1, sizeof(record), file) == sizeof(record)) {
			const size_t len = record[8] | (size_t)record[9] << 8;
			const uint32_t s = record[0] | (uint32_t)record[1] << 8,
				       us = record[4] | (uint32_t)record[5] << 8 |
					    (uint32_t)record[6] << 16;

			assert_true(len <= sizeof(frame));
			assert_int_equal(fread(frame, 1, len, file), len);
			if ((frame[12] == 8 && frame[13] == 6) || frame[12] == 0x90 ||
			    (frame[12] == 0x81 && frame[16] == 0x90))
				note(&unsorted, s * UINT64_C(1000000) + us, slot, frame, len);
		}
		fclose(file);
	}
	for (unsigned int i = 0; i < unsorted.n; i++) { /* what came first, first */
		unsigned int k = their_frames.n++;

		for (; k > 0 && their_frames.frame[k - 1].us > unsorted.frame[i].us; k--)
			their_frames.frame[k] = their_frames.frame[k - 1];
		their_frames.frame[k] = unsorted.frame[i];
	}
}

static void
attach(const char *name)
{
	struct bond_member_options o = bond_member_options_default();
	const struct bond_link_fact fact = {
		.carrier = true, .speed_mbps = 10000, .duplex = BOND_DUPLEX_FULL};
	uint8_t slot;

	memcpy(o.perm_mac, bond_mac, 6);
	o.perm_mac[5] = (uint8_t)(name[1] - '0');
	assert_int_equal(bond_member_add(&f.b, name, &o, &fact, f.now, &slot), 0);
	fixture_check(&f);
}

static void
compare_mac(const char *row)
{
	uint8_t mac[6];
	char name[BOND_NAME_SIZE];

	assert_int_equal(sscanf(row, "mac %15s %hhx:%hhx:%hhx:%hhx:%hhx:%hhx", name, &mac[0],
				&mac[1], &mac[2], &mac[3], &mac[4], &mac[5]),
			 7);
	assert_memory_equal(strcmp(name, "bond0") == 0 ? f.b.mac
						       : f.b.member[fixture_slot(&f, name)].mac,
			    mac, 6);
}

static void
perform(const char *action)
{
	char command[LINE_SIZE];

	if (recording_begins(action, "attach "))
		attach(action + 7);
	else if (recording_begins(action, "cut ") || recording_begins(action, "restore ") ||
		 recording_begins(action, "release "))
		fixture_do(&f, action);
	else if (sscanf(action, "write active_slave=%15s", command) == 1)
		assert_int_equal(bond_activate(&f.b, fixture_slot(&f, command), f.now), 0);
	else if (recording_begins(action, "mac "))
		compare_mac(action);
	fixture_check(&f);
}

/* The host asked for somebody: it does so here too, and the frame is the recorded one. */
static void
host_asks(const struct sent *s)
{
	uint8_t frame[OCTETS], slot;

	memcpy(frame, s->octet, s->len);
	memcpy(frame + 6, bond_mac, 6);
	bond_balance_host_frame(&f.b, frame, s->len, f.now, &slot);
	assert_int_equal(slot, s->slot);
	assert_memory_equal(frame, s->octet, s->len);
}

/* @return was it sent by that member? Broadcasts of others come in on it as well */
static bool
is_sent(const struct sent *s)
{
	return memcmp(s->octet + 6, f.b.member[s->slot].mac, 6) == 0;
}

static unsigned int asked; /* frames of the host */

static void
happen(const struct sent *s)
{
	if (s->octet[12] != 8)
		return;
	if (memcmp(s->octet, everybody, 6) == 0 && memcmp(s->octet + 22, bond_mac, 6) == 0) {
		if (is_sent(s)) {
			host_asks(s);
			asked++;
		}
	} else if (s->octet[21] == 2 && memcmp(s->octet, bond_mac, 6) == 0) {
		bond_balance_heard(&f.b, s->slot, s->octet, s->len, f.now);
	}
}

/* @param until ms, of the recording */
static void
replay(const char *name, uint32_t mode, uint64_t until)
{
	struct bond_options o = bond_options_default();
	const struct bond_net net = {.address = addresses, .n_addresses = 2};
	unsigned int a = 0, k = 0;

	o.mode = mode;
	o.mac.donated = true;
	memcpy(o.system_mac, (const uint8_t[]){2, 5, 5, 5, 5, 5}, 6);
	fixture_start(&f, &o);
	f.sent = note_ours;
	asked = our_frames.n = 0;
	bond_balance_room(&f.b, room, sizeof(room) / sizeof(room[0]));
	bond_net_set(&f.b, &net);
	recording_read(&theirs, name);
	read_frames(name);
	for (;;) {
		const uint64_t action = a < theirs.actions.n ? theirs.actions.row[a].ms : until,
			       frame = k < their_frames.n ? their_frames.frame[k].ms : until,
			       next = action < frame ? action : frame;

		fixture_advance(&f, (next < until ? next : until) * BOND_MSEC + 1);
		if (next >= until)
			return;
		if (action <= frame)
			perform(theirs.actions.row[a++].text);
		else
			happen(&their_frames.frame[k++]);
	}
}

/* A learning packet as a number: member, whose MAC, tagged or not; -1: it is none. */
static int
learning_kind(const struct sent *s)
{
	const bool tagged = s->octet[12] == 0x81;

	if (s->octet[tagged ? 16 : 12] != 0x90)
		return -1;
	assert_memory_equal(s->octet, s->octet + 6, 6);
	assert_int_equal(s->len, tagged ? 64 : 60);
	if (tagged)
		assert_int_equal(s->octet[15], vlan.tag[0].tci);
	return s->slot * 16 + s->octet[5] * 2 + tagged;
}

#define KINDS (16 * MEMBERS)

static void
count_learning(const struct traffic *t, uint64_t from, uint64_t to, unsigned int n[KINDS])
{
	memset(n, 0, KINDS * sizeof(n[0]));
	for (unsigned int i = 0; i < t->n; i++) {
		const int kind = learning_kind(&t->frame[i]);

		if (kind >= 0 && t->frame[i].ms >= from && t->frame[i].ms < to)
			n[kind]++;
	}
}

/* In a stretch of time, ms, the same members taught the same addresses, as often, but for one. */
static void
compare_learning(uint64_t from, uint64_t to)
{
	unsigned int a[KINDS], b[KINDS], all = 0;

	count_learning(&their_frames, from, to, a);
	count_learning(&our_frames, from, to, b);
	for (unsigned int k = 0; k < KINDS; k++) {
		if (a[k] || b[k])
			print_message("m%u :0%u%s %u %u\n", k / 16, k % 16 / 2,
				      k % 2 ? " tagged" : "", a[k], b[k]);
		assert_int_equal(a[k] > 0, b[k] > 0);
		assert_in_range(b[k] + 1, a[k], a[k] + 2);
		all += b[k];
	}
	assert_true(all >= 4);
}

static bool
is_update(const struct sent *s)
{
	return s->octet[12] == 8 && s->octet[21] == 2 && s->octet[31] == 2 /* of 10.9.0.2 */;
}

/* @return how often exactly that frame left on that member in that time */
static unsigned int
count_update(const struct traffic *t, uint64_t from, uint64_t to, const struct sent *like)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < t->n; i++)
		n += t->frame[i].ms >= from && t->frame[i].ms < to &&
		     t->frame[i].slot == like->slot &&
		     memcmp(t->frame[i].octet, like->octet, 42) == 0;
	return n;
}

/* To whom there were updates in that time, by the last octet of the address. */
static void
count_peers(const struct traffic *t, uint64_t from, uint64_t to, unsigned int n[256],
	    unsigned int on[MEMBERS])
{
	memset(n, 0, 256 * sizeof(n[0]));
	memset(on, 0, MEMBERS * sizeof(on[0]));
	for (unsigned int i = 0; i < t->n; i++)
		if (is_update(&t->frame[i]) && t->frame[i].ms >= from && t->frame[i].ms < to) {
			n[t->frame[i].octet[41]]++;
			on[t->frame[i].slot]++;
		}
}

static void
alb_tells_the_same_clients_the_same(void **state)
{
	unsigned int theirs_n[256], ours_n[256], theirs_on[MEMBERS], ours_on[MEMBERS], updates = 0;

	(void)state;
	replay("lb_balance-alb", BOND_MODE_BALANCE_ALB, 30500);
	assert_int_equal(asked, 6);
	/* the first round, two seconds after the last request of the host: frame by frame */
	for (unsigned int i = 0; i < their_frames.n; i++) {
		const struct sent *s = &their_frames.frame[i];

		if (!is_update(s) || s->ms >= 8200)
			continue;
		assert_int_equal(count_update(&their_frames, 7000, 8200, s), 2);
		assert_int_equal(count_update(&our_frames, 7000, 8200, s), 2);
		updates++;
	}
	assert_int_equal(updates, 12);
	count_peers(&our_frames, 0, 7600, ours_n, ours_on);
	assert_int_equal(ours_on[0] + ours_on[1] + ours_on[2], 0); /* and none before */
	/* m1 is lost: its two clients go one to each of the others; ours at once, and again 2 s later */
	count_peers(&their_frames, 8200, 12200, theirs_n, theirs_on);
	count_peers(&our_frames, 8200, 8300, ours_n, ours_on);
	assert_memory_equal(theirs_n, ours_n, sizeof(ours_n));
	assert_memory_equal(theirs_on, ours_on, sizeof(ours_on));
	count_peers(&our_frames, 10200, 10400, ours_n, ours_on);
	assert_memory_equal(theirs_n, ours_n, sizeof(ours_n));
	/* m0 is lost, later m2 released: in the end each has three, as there */
	count_peers(&their_frames, 27900, 28200, theirs_n, theirs_on);
	assert_true(theirs_on[0] == 6 && theirs_on[1] == 6 && theirs_on[2] == 0);
	assert_true(f.b.balancer.clients.on[0] == 3 && f.b.balancer.clients.on[1] == 3);
}

/* To which MAC how many of the six clients send at a time, by its last octet. */
static void
count_known(const struct traffic *updates, uint64_t until, unsigned int on[MEMBERS])
{
	static const uint8_t peers[] = {1, 11, 12, 13, 14, 15}; /* of 10.9.0.0/24 */
	uint8_t knows[256] = {1};                               /* the last octet, and one */

	for (unsigned int i = 0; i < their_frames.n; i++) { /* the host asks: all hear its MAC */
		const struct sent *s = &their_frames.frame[i];

		if (s->ms < 8000 && s->octet[12] == 8 && s->octet[0] == 0xff && s->octet[31] == 2)
			memset(knows, s->octet[27] + 1, sizeof(knows));
	}
	for (unsigned int i = 0; i < updates->n; i++)
		if (is_update(&updates->frame[i]) && updates->frame[i].ms < until)
			knows[updates->frame[i].octet[41]] = updates->frame[i].octet[27] + 1;
	memset(on, 0, MEMBERS * sizeof(on[0]));
	for (size_t i = 0; i < sizeof(peers); i++)
		on[knows[peers[i]] - 1]++;
}

/* Which client is where depends on the order of a table; how many there are does not. */
static void
alb_leaves_as_many_clients_on_each_member(void **state)
{
	static const uint64_t ends[] = {8200, 12200, 16250, 20250, 23250, 27250, 30400};
	unsigned int a[MEMBERS], b[MEMBERS];

	(void)state;
	replay("lb_balance-alb", BOND_MODE_BALANCE_ALB, 30500);
	for (unsigned int i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		count_known(&their_frames, ends[i], a);
		count_known(&our_frames, ends[i], b);
		print_message("%" PRIu64 " ms: %u %u %u, ours %u %u %u\n", ends[i], a[0], a[1],
			      a[2], b[0], b[1], b[2]);
		assert_memory_equal(a, b, sizeof(a));
		assert_int_equal(b[0] + b[1] + b[2], 6);
	}
}

static void
both_teach_the_switch_the_same(void **state)
{
	(void)state;
	replay("lb_balance-alb", BOND_MODE_BALANCE_ALB, 30500);
	compare_learning(2400, 8200);   /* all are up */
	compare_learning(8600, 12200);  /* m1 is not */
	compare_learning(12600, 16200); /* it is again */
	compare_learning(16500, 20200); /* m1 is the current one, m0 is lost */
	compare_learning(20500, 23200);
	compare_learning(23500, 27200); /* m0 is the current one again */
	compare_learning(27600, 30400); /* without m2 */
	/* and at once, m0's address on m1 when m0 was lost */
	compare_learning(16300, 16320);

	replay("lb_balance-tlb", BOND_MODE_BALANCE_TLB, 28000);
	compare_learning(2400, 6000);
	compare_learning(6300, 10000);
	compare_learning(10300, 14000);
	compare_learning(14400, 18000);
	compare_learning(21300, 25000);
	compare_learning(25300, 28000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alb_tells_the_same_clients_the_same),
		cmocka_unit_test(alb_leaves_as_many_clients_on_each_member),
		cmocka_unit_test(both_teach_the_switch_the_same),
	};
	return cmocka_run_group_tests_name("bond_balance_golden", tests, NULL, NULL);
}
