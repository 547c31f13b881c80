/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_bfd.c - two bonds, back to back, with BFD on every cable: who carries data, and when. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bond.h"

#ifdef __SANITIZE_ADDRESS__
#define FORGED 5000 /* slow; all of them run in the other builds */
#define SEEDS  100
#define PHASES 3
#else
#define FORGED 100000
#define SEEDS  2000
#define PHASES 20
#endif

#define MEMBERS 2
#define FLIGHT  10000 /* ns that a frame is on its way */
#define QUEUE   64

struct flying {
	uint64_t at;
	uint8_t slot;
	size_t len;
	uint8_t frame[LACP_FRAME_SIZE];
};

/* One end: a bond, what its events said, and what is on its way to it. */
static struct end {
	struct bond b;
	struct bond_view view;
	char log[16384]; /* "TIME_MS MEMBER KIND FROM->TO: REASON\n" of events "bfd" and "link" */
	uint64_t lasted; /* of the last event "bfd" */
	struct flying queue[QUEUE];
	unsigned int n_queue;
	bool deaf[MEMBERS]; /* the cable to this end is dead, and no carrier tells */
} ends[2];
static uint64_t now;

static void
on_event(void *ctx, const struct bond_event *e)
{
	struct end *end = ctx;
	const size_t used = strlen(end->log);

	assert_int_equal(e->time, now);
	assert_string_not_equal(e->from, e->to);
	if (strcmp(e->kind, "bfd") == 0)
		end->lasted = e->lasted;
	if (strcmp(e->kind, "bfd") == 0 || strcmp(e->kind, "link") == 0)
		snprintf(end->log + used, sizeof(end->log) - used, "%llu %s %s %s->%s: %s\n",
			 (unsigned long long)(now / BOND_MSEC), e->member, e->kind, e->from, e->to,
			 e->reason);
}

static struct bond_options
options_of(int n, uint32_t mode)
{
	struct bond_options o = bond_options_default();

	o.mode = mode;
	o.num_peer_notif = 0;
	o.lacp_fast = 1;
	o.seed = 1234567 + (uint64_t)n * 7919;
	o.bfd.interval_ms = 10;
	snprintf(o.bfd.local, sizeof(o.bfd.local), "10.0.0.%d", 1 + n);
	snprintf(o.bfd.remote, sizeof(o.bfd.remote), "10.0.0.%d", 2 - n);
	memcpy(o.system_mac, (uint8_t[]){2, 0, 0, 0, 9, (uint8_t)n}, 6);
	return o;
}

static const struct bond_link_fact up = {
	.carrier = true, .speed_mbps = 10000, .duplex = BOND_DUPLEX_FULL};
static const struct bond_link_fact down = {.carrier = false};

static void
begin(int n, const struct bond_options *o)
{
	struct end *end = &ends[n];
	const struct bond_hooks hooks = {on_event, end};

	memset(end, 0, sizeof(*end));
	bond_view_clear(&end->view);
	assert_int_equal(bond_init(&end->b, "bond0", o, &hooks, now), 0);
	for (int i = 0; i < MEMBERS; i++) {
		struct bond_member_options mo = bond_member_options_default();
		char name[16];
		uint8_t slot;

		snprintf(name, sizeof(name), "m%d", i);
		memcpy(mo.lacp_mac, (uint8_t[]){2, 0, 0, 0, (uint8_t)n, (uint8_t)i}, 6);
		assert_int_equal(bond_member_add(&end->b, name, &mo, &up, now, &slot), 0);
		assert_int_equal(slot, i);
	}
}

static void
begin_both(uint32_t mode)
{
	now = BOND_SEC;
	for (int n = 0; n < 2; n++) {
		const struct bond_options o = options_of(n, mode);

		begin(n, &o);
	}
}

static void
carry(int to, uint8_t slot, const uint8_t *frame, size_t len)
{
	struct end *end = &ends[to];

	if (end->deaf[slot])
		return;
	assert_true(end->n_queue < QUEUE);
	end->queue[end->n_queue].at = now + FLIGHT;
	end->queue[end->n_queue].slot = slot;
	end->queue[end->n_queue].len = len;
	memcpy(end->queue[end->n_queue++].frame, frame, len);
}

/* Refused is only what still comes after the end of a session. */
static void
hear(struct bond *b, const struct flying *f)
{
	const enum bfd_parse parse = bond_bfd_input(b, f->slot, f->frame, f->len, now);

	assert_true(parse == BFD_PARSE_OK ||
		    (parse == BFD_REFUSE_ADMIN_DOWN &&
		     b->member[f->slot].bfd.state == BFD_ADMIN_DOWN) ||
		    (parse == BFD_REFUSE_DISABLED && !b->member[f->slot].bfd.used));
}

/* What a control thread does in a turn. */
static void
turn(int n)
{
	uint8_t rejoined;
	struct end *end = &ends[n];
	uint8_t frame[LACP_FRAME_SIZE];
	struct bond_view next;
	unsigned int left = 0;
	size_t len;

	for (unsigned int i = 0; i < end->n_queue; i++) {
		const struct flying *f = &end->queue[i];

		if (f->at > now)
			end->queue[left++] = *f;
		else if (f->frame[12] == 0x88)
			bond_lacp_input(&end->b, f->slot, f->frame, f->len, now);
		else
			hear(&end->b, f);
	}
	end->n_queue = left;
	bond_tick(&end->b, now);
	bond_rejoin_due(&end->b, now, &rejoined); /* taken, or it stays due */
	for (int rounds = 0; end->b.dirty; rounds++) {
		assert_true(rounds < 10);
		bond_elect(&end->b, &end->view, &next);
		end->view = next;
		end->b.dirty = false;
		bond_view_applied(&end->b, &end->view, now);
	}
	for (uint8_t slot = 0; slot < MEMBERS; slot++) {
		while ((len = bond_bfd_output(&end->b, slot, frame, now)) > 0)
			carry(!n, slot, frame, len);
		while ((len = bond_lacp_output(&end->b, slot, frame, now)) > 0)
			carry(!n, slot, frame, len);
	}
}

static void
pass(uint64_t span)
{
	const uint64_t until = now + span;
	uint64_t next = now;

	while (next <= until) {
		now = next > now ? next : now;
		turn(0);
		turn(1);
		next = UINT64_MAX;
		for (int n = 0; n < 2; n++) {
			const uint64_t deadline = bond_deadline(&ends[n].b);

			next = deadline < next ? deadline : next;
			for (unsigned int i = 0; i < ends[n].n_queue; i++)
				next = ends[n].queue[i].at < next ? ends[n].queue[i].at : next;
		}
	}
	now = until;
}

static enum bfd_state
state_of(int n, uint8_t slot)
{
	return bond_bfd_session(&ends[n].b, slot)->state;
}

static const uint32_t plain_modes[] = {BOND_MODE_BALANCE_RR, BOND_MODE_ACTIVE_BACKUP,
				       BOND_MODE_BALANCE_XOR, BOND_MODE_BROADCAST};

static void
members_are_used_once_their_sessions_are_up(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		begin_both(plain_modes[i]);
		assert_int_equal(ends[0].b.member[0].link, BOND_LINK_DOWN);
		assert_false(ends[0].b.carrier);
		pass(BOND_MSEC);
		for (int n = 0; n < 2; n++) {
			assert_int_equal(state_of(n, 0), BFD_UP);
			assert_int_equal(state_of(n, 1), BFD_UP);
			assert_int_equal(ends[n].b.member[0].link, BOND_LINK_UP);
			assert_true(ends[n].b.carrier);
			assert_int_equal(ends[n].view.tx, ends[n].b.mode->standby ? 1 : 3);
			assert_true(ends[n].view.punt & BOND_PUNT_BFD);
			assert_int_equal(ends[n].b.member[0].link_failure_count, 0);
		}
	}
}

static void
without_a_neighbour_that_speaks_it_a_member_is_not_used(void **state)
{
	(void)state;
	begin_both(BOND_MODE_ACTIVE_BACKUP);
	ends[0].deaf[0] = ends[0].deaf[1] = true;
	pass(60 * BOND_SEC);
	assert_false(ends[0].b.carrier);
	assert_int_equal(ends[0].view.tx, 0);
}

static void
it_is_when_bfd_is_not_required(void **state)
{
	struct bond_options o = options_of(0, BOND_MODE_ACTIVE_BACKUP);

	(void)state;
	begin_both(BOND_MODE_ACTIVE_BACKUP);
	o.bfd.required = false;
	begin(0, &o);
	ends[0].deaf[0] = ends[0].deaf[1] = true;
	pass(60 * BOND_SEC);
	assert_true(ends[0].b.carrier);
	assert_int_equal(ends[0].view.tx, 1);
	/* but from its first Up on it is judged */
	ends[0].deaf[0] = ends[0].deaf[1] = false;
	pass(2 * BOND_SEC);
	assert_int_equal(state_of(0, 0), BFD_UP);
	ends[0].deaf[0] = true;
	pass(31 * BOND_MSEC);
	assert_int_equal(ends[0].view.tx, 2);
}

static void
a_silent_failure_costs_less_than_three_intervals(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (int phase = 0; phase < PHASES; phase++) {
			begin_both(plain_modes[i]);
			pass(BOND_SEC + (uint64_t)phase * BOND_MSEC * 2 / 3);
			ends[1].deaf[0] = true; /* one direction only */
			pass(FLIGHT);           /* what is on its way */
			pass(30 * BOND_MSEC);
			for (int n = 0; n < 2; n++) { /* both ends have left it */
				assert_int_equal(ends[n].view.tx, 2);
				assert_int_equal(ends[n].b.member[0].link, BOND_LINK_DOWN);
				assert_int_equal(ends[n].b.member[1].link, BOND_LINK_UP);
				assert_true(ends[n].b.carrier);
			}
			pass(10 * BOND_SEC); /* and do not come back */
			assert_int_equal(ends[0].view.tx, 2);
			ends[1].deaf[0] = false;
			pass(1100 * BOND_MSEC);
			assert_int_equal(state_of(0, 0), BFD_UP);
			assert_int_equal(ends[0].b.member[0].link, BOND_LINK_UP);
			assert_int_equal(ends[1].b.member[0].link, BOND_LINK_UP);
		}
}

static void
every_change_of_state_is_told_with_its_reason_and_duration(void **state)
{
	(void)state;
	begin_both(BOND_MODE_ACTIVE_BACKUP);
	pass(2 * BOND_SEC);
	ends[0].log[0] = ends[1].log[0] = '\0';
	ends[1].deaf[0] = true;
	pass(40 * BOND_MSEC);
	assert_non_null(strstr(ends[1].log, "m0 bfd up->down: detection timed out\n"));
	assert_non_null(strstr(ends[1].log, "m0 link up->down: its BFD session is not up\n"));
	assert_non_null(strstr(ends[0].log, "m0 bfd up->down: the neighbour said down\n"));
	ends[1].deaf[0] = false;
	pass(2 * BOND_SEC);
	assert_non_null(strstr(ends[1].log, "->up: the neighbour said "));
	assert_non_null(
		strstr(ends[1].log, "m0 link down->up: no monitor holds it down any more\n"));
	ends[0].log[0] = '\0';
	pass(5 * BOND_SEC - 40 * BOND_MSEC);
	bond_bfd_leave(&ends[1].b, now);
	pass(40 * BOND_MSEC);
	assert_non_null(
		strstr(ends[0].log, "m0 bfd up->down: the neighbour is administratively down\n"));
	assert_true(ends[0].lasted > 5 * BOND_SEC && ends[0].lasted < 10 * BOND_SEC);
	assert_null(strstr(ends[0].log, "link")); /* which says nothing about the cable */
	assert_true(bond_bfd_left(&ends[1].b));
}

static void
in_8023ad_only_data_stops_and_lacp_goes_on(void **state)
{
	(void)state;
	begin_both(BOND_MODE_8023AD);
	pass(10 * BOND_SEC);
	for (int n = 0; n < 2; n++) {
		assert_int_equal(ends[n].view.tx, 3);
		assert_true(ends[n].view.punt & BOND_PUNT_SLOW &&
			    ends[n].view.punt & BOND_PUNT_BFD);
	}
	/* LACP alone would need 3 s */
	ends[1].deaf[0] = true;
	pass(31 * BOND_MSEC);
	for (int n = 0; n < 2; n++) {
		assert_int_equal(ends[n].view.tx, 2);
		assert_int_equal(ends[n].b.member[0].link, BOND_LINK_UP);
		assert_true(lacp_port_distributing(bond_lacp_port(&ends[n].b, 0)));
		assert_true(ends[n].b.carrier);
	}
	ends[1].deaf[1] = true;
	pass(31 * BOND_MSEC);
	assert_false(ends[0].b.carrier);
	assert_int_equal(ends[0].view.tx, 0);
	ends[1].deaf[0] = ends[1].deaf[1] = false;
	pass(1700 * BOND_MSEC); /* the slow timer, and half a second to ease in */
	assert_int_equal(ends[0].view.tx, 3);
	assert_true(ends[0].b.carrier);
}

static void
in_8023ad_bfd_starts_before_lacp_is_done(void **state)
{
	(void)state;
	begin_both(BOND_MODE_8023AD);
	pass(BOND_MSEC);
	assert_int_equal(state_of(0, 0), BFD_UP);
}

static void
turning_it_on_while_running_disturbs_nobody(void **state)
{
	struct bond_options o[2];

	(void)state;
	now = BOND_SEC;
	for (int n = 0; n < 2; n++) {
		o[n] = options_of(n, BOND_MODE_ACTIVE_BACKUP);
		o[n].bfd.local[0] = o[n].bfd.remote[0] = '\0';
		begin(n, &o[n]);
		assert_null(bond_bfd_session(&ends[n].b, 0));
	}
	pass(BOND_SEC);
	assert_int_equal(ends[0].view.punt, 0);
	assert_int_equal(ends[0].view.tx, 1);
	o[0] = options_of(0, BOND_MODE_ACTIVE_BACKUP);
	assert_int_equal(bond_set_options(&ends[0].b, &o[0], now), 0);
	for (int i = 0; i < 2; i++) /* the other end does not speak it */
		assert_int_equal(ends[1].n_queue, 0);
	assert_int_equal(ends[0].b.member[0].link, BOND_LINK_UP);
	assert_int_equal(ends[0].view.tx, 1);
	o[1] = options_of(1, BOND_MODE_ACTIVE_BACKUP);
	assert_int_equal(bond_set_options(&ends[1].b, &o[1], now), 0);
	pass(2 * BOND_SEC);
	assert_int_equal(state_of(0, 0), BFD_UP);
	assert_null(strstr(ends[0].log, "link"));
	ends[1].deaf[0] = true; /* now it is judged */
	pass(31 * BOND_MSEC);
	assert_int_equal(ends[0].view.tx, 2);

	/* and off again: what was held is let go, the other end learns that it was on purpose */
	o[0].bfd.local[0] = o[0].bfd.remote[0] = '\0';
	assert_int_equal(bond_set_options(&ends[0].b, &o[0], now), 0);
	assert_int_equal(ends[0].b.member[0].link, BOND_LINK_UP);
	pass(BOND_SEC);
	assert_int_equal(ends[1].b.member[1].link, BOND_LINK_UP);
	assert_int_equal(state_of(1, 1), BFD_DOWN);
}

static void
a_cable_that_loses_its_carrier_comes_back_at_once(void **state)
{
	(void)state;
	begin_both(BOND_MODE_BALANCE_RR);
	pass(BOND_SEC);
	for (int n = 0; n < 2; n++)
		bond_member_link(&ends[n].b, 0, &down, now);
	ends[0].deaf[0] = ends[1].deaf[0] = true;
	pass(5 * BOND_SEC);
	ends[0].deaf[0] = ends[1].deaf[0] = false;
	for (int n = 0; n < 2; n++)
		bond_member_link(&ends[n].b, 0, &up, now);
	pass(110 * BOND_MSEC); /* not the second of the slow timer */
	assert_int_equal(ends[0].view.tx, 3);
	assert_int_equal(ends[1].view.tx, 3);
}

static void
leaving_makes_no_dead_member_good(void **state)
{
	(void)state;
	begin_both(BOND_MODE_BALANCE_RR);
	pass(BOND_SEC);
	ends[0].deaf[0] = true;
	pass(40 * BOND_MSEC);
	assert_int_equal(ends[0].view.tx, 2);
	bond_bfd_leave(&ends[0].b, now);
	assert_false(bond_bfd_left(&ends[0].b));
	pass(100 * BOND_MSEC);
	assert_true(bond_bfd_left(&ends[0].b));
	assert_int_equal(ends[0].view.tx, 2);
	assert_int_equal(bond_deadline(&ends[0].b), BOND_NEVER);
}

static void
forged_frames_change_nothing(void **state)
{
	const struct bfd_session *s;
	struct bond_member before;
	struct bfd_frame f;
	uint8_t buf[BFD_FRAME_SIZE];
	uint64_t generation;
	size_t len;

	(void)state;
	begin_both(BOND_MODE_ACTIVE_BACKUP);
	pass(BOND_SEC);
	s = bond_bfd_session(&ends[0].b, 0);
	f = (struct bfd_frame){.src = s->config.remote,
			       .dst = s->config.local,
			       .src_port = 55555,
			       .packet = {.state = BFD_DOWN,
					  .multiplier = 3,
					  .my_discriminator = 1,
					  .your_discriminator = s->my_discriminator + 1,
					  .desired_min_tx_us = 1,
					  .required_min_rx_us = 1}};
	len = bfd_frame_build(buf, &f);
	before = ends[0].b.member[0];
	generation = ends[0].b.generation;
	for (int i = 0; i < FORGED; i++)
		assert_int_equal(bond_bfd_input(&ends[0].b, 0, buf, len, now), BFD_REFUSE_SESSION);
	assert_int_equal(s->counters.refused[BFD_REFUSE_SESSION], FORGED);
	before.bfd.counters = s->counters;
	assert_memory_equal(&before, &ends[0].b.member[0], sizeof(before));
	assert_int_equal(generation, ends[0].b.generation);
	/* nor does a slot without a member */
	assert_int_equal(bond_bfd_input(&ends[0].b, 31, buf, len, now), BFD_REFUSE_DISABLED);
	assert_int_equal(bond_bfd_output(&ends[0].b, 31, buf, now), 0);
	assert_null(bond_bfd_session(&ends[0].b, 31));
}

static void
flapping_sessions_are_damped_in_every_mode(void **state)
{
	static const uint32_t modes[] = {BOND_MODE_BALANCE_RR, BOND_MODE_8023AD};

	(void)state;
	for (int i = 0; i < 2; i++) {
		begin_both(modes[i]);
		ends[0].b.options.flap = (struct damp_options){
			.hold_ms = 60000, .hold_max_ms = 60000, .count = 2, .window_ms = 10000};
		pass(10 * BOND_SEC);
		for (int flap = 0; flap < 2; flap++) {
			ends[0].deaf[0] = true;
			pass(40 * BOND_MSEC);
			ends[0].deaf[0] = false;
			pass(1500 * BOND_MSEC);
			assert_int_equal(state_of(0, 0), BFD_UP);
		}
		pass(5 * BOND_SEC);
		assert_int_equal(ends[0].view.tx, 2);
		assert_true(ends[0].b.member[0].damp.held);
		pass(70 * BOND_SEC);
		assert_int_equal(ends[0].view.tx, 3);
	}
}

static void
options_out_of_range_are_refused(void **state)
{
	static const struct {
		const char *local, *remote;
		uint32_t interval, multiplier;
	} bad[] = {
		{"10.0.0.1", "", 300, 3},           {"", "10.0.0.1", 300, 3},
		{"10.0.0.1", "fd77::2", 300, 3},    {"10.0.0.1", "10.0.0.1", 300, 3},
		{"10.0.0.1", "224.0.0.1", 300, 3},  {"10.0.0.1", "10.0.0.2", 9, 3},
		{"10.0.0.1", "10.0.0.2", 10001, 3}, {"10.0.0.1", "10.0.0.2", 10, 0},
		{"10.0.0.1", "10.0.0.2", 10, 256},
	};
	struct bond_options o = bond_options_default();
	struct bond b;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(o.bfd.local, sizeof(o.bfd.local), "%s", bad[i].local);
		snprintf(o.bfd.remote, sizeof(o.bfd.remote), "%s", bad[i].remote);
		o.bfd.interval_ms = bad[i].interval;
		o.bfd.multiplier = bad[i].multiplier;
		assert_int_equal(bond_init(&b, "bond0", &o, NULL, 0), -EINVAL);
	}
}

static void
sessions_of_all_members_differ(void **state)
{
	(void)state;
	begin_both(BOND_MODE_BALANCE_RR);
	assert_int_not_equal(bond_bfd_session(&ends[0].b, 0)->my_discriminator,
			     bond_bfd_session(&ends[0].b, 1)->my_discriminator);
	assert_int_not_equal(bond_bfd_session(&ends[0].b, 0)->config.source_port,
			     bond_bfd_session(&ends[0].b, 1)->config.source_port);
	for (uint64_t seed = 0; seed < SEEDS; seed++) {
		struct bond_options o = options_of(0, BOND_MODE_BALANCE_RR);

		o.seed = seed * UINT64_C(0x9e3779b97f4a7c15);
		begin(0, &o);
		assert_true(bond_bfd_session(&ends[0].b, 1)->config.source_port >= BFD_PORT_FIRST);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_used_once_their_sessions_are_up),
		cmocka_unit_test(without_a_neighbour_that_speaks_it_a_member_is_not_used),
		cmocka_unit_test(it_is_when_bfd_is_not_required),
		cmocka_unit_test(a_silent_failure_costs_less_than_three_intervals),
		cmocka_unit_test(every_change_of_state_is_told_with_its_reason_and_duration),
		cmocka_unit_test(in_8023ad_only_data_stops_and_lacp_goes_on),
		cmocka_unit_test(in_8023ad_bfd_starts_before_lacp_is_done),
		cmocka_unit_test(turning_it_on_while_running_disturbs_nobody),
		cmocka_unit_test(a_cable_that_loses_its_carrier_comes_back_at_once),
		cmocka_unit_test(leaving_makes_no_dead_member_good),
		cmocka_unit_test(forged_frames_change_nothing),
		cmocka_unit_test(flapping_sessions_are_damped_in_every_mode),
		cmocka_unit_test(options_out_of_range_are_refused),
		cmocka_unit_test(sessions_of_all_members_differ),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
