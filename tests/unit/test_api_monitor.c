/* SPDX-License-Identifier: BSD-3-Clause */
/* test_api_monitor.c - what bond.get says about BFD and flap damping of members. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "api_ask.h"

static void
expect_member(const char *path, const char *text)
{
	json_t *o = ask_result("bond.get", "[\"bond0\"]");

	ask_expect(o, path, text);
	json_decref(o);
}

static void
turn_on(void)
{
	struct bond *b = &ask_d->bond[0]->core;
	struct bond_options o = b->options;

	snprintf(o.bfd.local, sizeof(o.bfd.local), "10.0.0.1");
	snprintf(o.bfd.remote, sizeof(o.bfd.remote), "10.0.0.2");
	o.bfd.interval_ms = 10;
	o.flap.hold_ms = 1000;
	o.flap.count = 1;
	assert_int_equal(bond_set_options(b, &o, ask_d->now), 0);
}

static void
without_them_they_are_null(void **state)
{
	(void)state;
	expect_member("members.0.bfd", "null");
	expect_member("members.0.damping", "null");
	expect_member("options.bfd.local", "\"\"");
	expect_member("options.flap_hold", "0");
}

static void
a_session_shows_its_state_and_what_it_refused(void **state)
{
	struct bond *b;
	uint8_t frame[BFD_FRAME_SIZE];
	size_t len;

	(void)state;
	turn_on();
	b = &ask_d->bond[0]->core;
	len = bond_bfd_output(b, 0, frame, ask_d->now);
	assert_true(len > 0);
	assert_int_equal(bond_bfd_input(b, 0, frame, len, ask_d->now), BFD_REFUSE_ADDRESS);
	expect_member("options.bfd.local", "\"10.0.0.1\"");
	expect_member("options.bfd.interval", "10");
	expect_member("options.bfd.required", "1");
	expect_member("members.0.bfd.state", "\"down\"");
	expect_member("members.0.bfd.remote_state", "\"down\"");
	expect_member("members.0.bfd.reason", "\"started\"");
	expect_member("members.0.bfd.diagnostic", "\"no diagnostic\"");
	expect_member("members.0.bfd.remote_discriminator", "null");
	expect_member("members.0.bfd.tx_interval_ms", "1000.0");
	expect_member("members.0.bfd.tx_packets", "1");
	expect_member("members.0.bfd.rx_packets", "0");
	expect_member("members.0.bfd.refused.address", "1");
	expect_member("members.0.link", "\"up\""); /* it was in use before */
}

static void
a_damped_member_shows_how_long_it_has_left(void **state)
{
	const struct bond_link_fact down = {.carrier = false};
	struct bond_link_fact up;
	struct bond *b;

	(void)state;
	turn_on();
	b = &ask_d->bond[0]->core;
	up = b->member[0].fact;
	expect_member("members.0.damping.held", "false");
	bond_member_link(b, 0, &down, ask_d->now);
	bond_member_link(b, 0, &up, ask_d->now);
	ask_d->now += 250 * BOND_MSEC;
	expect_member("members.0.damping.held", "true");
	expect_member("members.0.damping.left_ms", "750.0");
	expect_member("members.0.damping.hold_count", "1");
	expect_member("members.0.damping.failures", "1");
	expect_member("members.0.link", "\"down\"");
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, ask_setup, ask_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_them_they_are_null),
		TEST(a_session_shows_its_state_and_what_it_refused),
		TEST(a_damped_member_shows_how_long_it_has_left),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
