/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_8023ad_lessons.c - what users of other bonds complained of: orders, foreign cables, loops. */
#include "ad_lab.h"

/* What has to happen on both sides before data can flow; in any order. */
enum step { A_JOINS, A_HOST_UP, B_JOINS, B_HOST_UP, CARRIER };
#define STEPS 5

static void
report(struct lab_side *s)
{
	const struct bond_link_fact fact = {.carrier = lab.wire[0].carrier,
					    .speed_mbps = lab.wire[0].carrier ? 10000 : 0,
					    .duplex = lab.wire[0].carrier ? BOND_DUPLEX_FULL
									  : BOND_DUPLEX_UNKNOWN};

	if (s->b.n_members > 0)
		bond_member_link(&s->b, 0, &fact, lab.now);
}

static void
join(struct lab_side *s)
{
	const struct bond_member_options o = lab_member_options(s, 0);
	const struct bond_link_fact fact = {.carrier = lab.wire[0].carrier,
					    .speed_mbps = lab.wire[0].carrier ? 10000 : 0,
					    .duplex = lab.wire[0].carrier ? BOND_DUPLEX_FULL
									  : BOND_DUPLEX_UNKNOWN};
	uint8_t slot;

	assert_int_equal(bond_member_add(&s->b, "m0", &o, &fact, lab.now, &slot), 0);
	assert_int_equal(slot, 0);
}

static void
take(enum step step)
{
	switch (step) {
	case A_JOINS:
		join(A);
		lab.n_wires = B->b.n_members > 0; /* the wire carries frames between members */
		break;
	case B_JOINS:
		join(B);
		lab.n_wires = A->b.n_members > 0;
		break;
	case A_HOST_UP:
		bond_host_admin(&A->b, true, lab.now);
		break;
	case B_HOST_UP:
		bond_host_admin(&B->b, true, lab.now);
		break;
	case CARRIER:
		lab.wire[0].carrier = true;
		report(A);
		report(B);
		break;
	}
	lab_settle();
}

/* Permutation number n of the steps. */
static void
permute(unsigned int n, enum step order[STEPS])
{
	bool used[STEPS] = {false};

	for (unsigned int place = 0, left = STEPS; place < STEPS; place++, left--) {
		unsigned int pick = n % left, step = 0;

		n /= left;
		while (used[step] || pick-- > 0)
			step++;
		used[step] = true;
		order[place] = (enum step)step;
	}
}

static void
lesson_36_every_order_of_join_host_and_carrier_comes_up(void **state)
{
	for (unsigned int n = 0; n < 120 * 3; n++) {
		static const uint64_t pauses[] = {0, 100, 4000};
		enum step order[STEPS];

		lab_setup(state);
		lab_start(2);
		lab.wire[0] = (struct lab_wire){.side = {0, 1}};
		bond_host_admin(&A->b, false, lab.now);
		bond_host_admin(&B->b, false, lab.now);
		permute(n % 120, order);
		for (unsigned int i = 0; i < STEPS; i++) {
			take(order[i]);
			lab_go(i + 1 < STEPS ? pauses[n / 120] : 0);
		}
		lab_until(A, 0, true, 2600);
		lab_until(B, 0, true, 100);
		lab_go(100);
		assert_int_equal(lab_view(A)->tx & lab_view(A)->rx, 1);
		assert_int_equal(lab_view(B)->tx & lab_view(B)->rx, 1);
	}
}

/* Two bonds, A and B, of one machine; by mistake both are cabled into one aggregation of C. */
static void
cabled_into_one(void)
{
	lab_start(3);
	lab_wire(A, C);
	lab_wire(B, C);
	lab_go(10000);
	assert_int_equal(__builtin_popcount(lab_view(C)->tx), 1);
	assert_int_equal(__builtin_popcount(lab_view(A)->tx) + __builtin_popcount(lab_view(B)->tx),
			 1);
	assert_non_null(lab_event(C, "lacp-alarm", NULL, 0));
}

static void
lesson_78_two_bonds_in_one_aggregation_are_told_apart(void **state)
{
	(void)state;
	cabled_into_one(); /* each has a system of its own */
}

static void
lesson_78_also_with_one_system_but_keys_of_their_own(void **state)
{
	(void)state;
	for (unsigned int n = 0; n < 2; n++) {
		memcpy(lab.side[n].options.ad_actor_system, "\x02\0\0\0\0\x55", 6);
		lab.side[n].options.ad_user_port_key = 1 + n;
	}
	cabled_into_one();
}

static void
lesson_82_a_loop_makes_no_storm(void **state)
{
	(void)state;
	lab_start(1);
	lab_wire(A, A);
	lab_go(600000);
	assert_in_range(A->n_events, 1, 40);
	assert_in_range(A->told[0].pdus, 1, 610); /* the fast rate, and no answers to answers */
	assert_in_range(A->told[1].pdus, 1, 610);
	assert_in_range(A->b.generation, 0, 10);
	assert_int_equal(lab_view(A)->tx, 0);
}

/* One cable goes to another switch: the other one goes on, and the values that differ are named. */
static void
lesson_77_the_good_member_carries_on_and_the_other_is_explained(void **state)
{
	const struct lab_event *e;
	uint64_t since;

	(void)state;
	lab_start(3);
	lab_wire(A, B);
	lab_go(5000);
	since = lab_ms();
	lab_wire(A, C);
	lab_go(20000);
	assert_int_equal(lab_view(A)->tx & lab_view(A)->rx, 1);
	assert_string_equal(A->told[0].mux, "DISTRIBUTING");
	e = lab_event(A, "lacp-alarm", NULL, since);
	assert_non_null(e);
	assert_string_equal(e->member, "m1");
	assert_non_null(strstr(e->reason, "02:00:00:01:00:ff")); /* partner of the good one */
	assert_non_null(strstr(e->reason, "02:00:00:02:00:ff")); /* its own partner */
	for (e = lab_event(A, "lacp-mux", NULL, since); e && e < A->event + A->n_events; e++)
		assert_true(strcmp(e->kind, "lacp-mux") != 0 || strcmp(e->member, "m0") != 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(lesson_36_every_order_of_join_host_and_carrier_comes_up),
		LAB_TEST(lesson_77_the_good_member_carries_on_and_the_other_is_explained),
		LAB_TEST(lesson_78_two_bonds_in_one_aggregation_are_told_apart),
		LAB_TEST(lesson_78_also_with_one_system_but_keys_of_their_own),
		LAB_TEST(lesson_82_a_loop_makes_no_storm),
	};

	return cmocka_run_group_tests_name("bond_8023ad_lessons", tests, NULL, NULL);
}
