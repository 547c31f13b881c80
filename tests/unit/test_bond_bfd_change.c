/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_bfd_change.c - BFD that begins and ends while a bond runs, and what must not disturb it. */
#include <errno.h>

#include "bfd_ends.h"

#ifdef __SANITIZE_ADDRESS__
#define FORGED 5000 /* slow; all of them run in the other builds */
#define SEEDS  100
#else
#define FORGED 100000
#define SEEDS  2000
#endif

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
