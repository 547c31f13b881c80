/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_8023ad_probe.c - probes in 802.3ad: who asked is who is judged, and LACP goes on. */
#include "ad_lab.h"
#include "bond_frame.h"

#define MEMBERS 3

static const struct bond_ip target = {.octet = {10, 9, 0, 1}};
static const uint8_t router[6] = {0x02, 0, 0, 0, 9, 9};

static bool broken[MEMBERS]; /* what leaves on this member is lost, but for LACPDUs */

/* The router's answer comes back on another member than the one that asked: the switch hashes. */
static void
answer(uint8_t slot, const uint8_t *frame)
{
	uint8_t reply[BOND_FRAME_SIZE];
	const struct bond_ip nobody = {.v6 = false};
	const size_t len =
		bond_frame_arp(router, &target, &nobody, &(struct bond_tags){.n = 0}, reply);

	reply[21] = 2;
	memcpy(reply, frame + 6, 6);
	memcpy(reply + 32, frame + 6, 6);
	bond_probe_input(&A->b, (uint8_t)((slot + 1) % MEMBERS), reply, len, lab.now);
}

static void
go(uint64_t ms)
{
	uint8_t frame[BOND_FRAME_SIZE];

	for (uint64_t end = lab_ms() + ms; lab_ms() < end;) {
		lab_go(10);
		for (uint8_t slot = 0; slot < MEMBERS; slot++)
			while (bond_probe_output(&A->b, slot, frame, lab.now) > 0)
				if (!broken[slot])
					answer(slot, frame);
	}
}

static void
start(void)
{
	struct bond_probe_options *p = &A->options.probe;

	memset(broken, 0, sizeof(broken));
	p->interval_ms = 100;
	p->validate = BOND_VALIDATE_ACTIVE;
	p->arp.n = 1;
	memcpy(p->arp.octet[0], target.octet, 4);
	lab_pair(MEMBERS);
	go(4000);
	assert_int_equal(lab_view(A)->tx, 7);
}

static void
a_member_whose_probes_are_lost_carries_no_data(void **state)
{
	(void)state;
	start();
	broken[1] = true;
	go(500);
	assert_int_equal(lab_view(A)->tx, 5);
	assert_true(lacp_port_distributing(lab_port(A, 1))); /* the partner is not disturbed */
	assert_int_equal(A->b.member[1].link, BOND_LINK_UP);
	assert_true(A->b.carrier);
	assert_non_null(lab_event(A, "probe", "bad", 0));
	broken[1] = false;
	go(1000);
	assert_int_equal(lab_view(A)->tx, 7);
}

static void
without_any_member_that_answers_there_is_no_carrier(void **state)
{
	(void)state;
	start();
	broken[0] = broken[1] = broken[2] = true;
	go(500);
	assert_int_equal(lab_view(A)->tx, 0);
	assert_false(A->b.carrier);
	broken[2] = false;
	go(300);
	assert_int_equal(lab_view(A)->tx, 4);
	assert_true(A->b.carrier);
}

static void
only_members_that_distribute_are_judged(void **state)
{
	(void)state;
	start();
	lab.wire[1].mute[1] = true; /* LACP gives it up after 3 s */
	go(5000);
	assert_false(lacp_port_distributing(lab_port(A, 1)));
	broken[1] = true;
	go(2000);
	assert_int_equal(A->b.member[1].held, 0);
	lab.wire[1].mute[1] = false;
	lab_until(A, 1, true, 5000);
	go(10);
	assert_int_equal(A->b.member[1].held, 0); /* it has its time */
	go(1000);
	assert_int_not_equal(A->b.member[1].held, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_member_whose_probes_are_lost_carries_no_data, lab_setup),
		cmocka_unit_test_setup(without_any_member_that_answers_there_is_no_carrier,
				       lab_setup),
		cmocka_unit_test_setup(only_members_that_distribute_are_judged, lab_setup),
	};
	return cmocka_run_group_tests_name("bond_8023ad_probe", tests, NULL, NULL);
}
