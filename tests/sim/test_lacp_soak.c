/* SPDX-License-Identifier: BSD-3-Clause */
/* test_lacp_soak.c - SYS-24: a million virtual seconds of loss, flaps, moves, loops and restarts. */
#include <stdlib.h>

#include "lacp_lab.h"

#define A     0
#define B     1
#define PORTS 4

/* Which port of B each wire of A leads to. */
static void
rewire(const unsigned int *b)
{
	for (unsigned int w = 0; w < PORTS; w++)
		lab_link(w, false);
	for (unsigned int w = 0; w < PORTS; w++)
		lab.wire[w].end[1] = (struct lab_end){B, b[w]};
	for (unsigned int w = 0; w < PORTS; w++)
		lab_link(w, true);
}

/* Ports 3 and 4 of A are cabled together; 3 and 4 of B to nothing. */
static void
make_loop(void)
{
	lab_link(2, false);
	lab_link(3, false);
	lab.wire[2].end[1] = (struct lab_end){A, 4};
	lab.wire[3].used = false;
	lab_link(2, true);
}

static void
straighten(void)
{
	static const unsigned int straight[PORTS] = {1, 2, 3, 4};

	if (!lab.wire[3].used) {
		lab_link(2, false);
		lab.wire[3].used = true;
	}
	rewire(straight);
}

static void
shuffle_wires(void)
{
	unsigned int b[PORTS] = {1, 2, 3, 4};

	straighten();
	for (unsigned int n = PORTS - 1; n > 0; n--) {
		const unsigned int with = lab_random(n + 1), was = b[n];

		b[n] = b[with];
		b[with] = was;
	}
	rewire(b);
}

static void
change_configuration(unsigned int sys)
{
	struct lacp_config *c = &lab.sys[sys].config;

	switch (lab_random(6)) {
	case 0:
		c->sys[4] = (uint8_t)lab_random(4);
		break;
	case 1:
		c->max_active_ports = (uint8_t)lab_random(4);
		break;
	case 2:
		c->coupled = !c->coupled;
		break;
	case 3:
		c->sys_prio = (uint16_t)(1 + lab_random(3));
		break;
	case 4:
		c->ad_select = (enum lacp_ad_select)lab_random(4);
		break;
	default:
		c->preempt = !c->preempt;
	}
	lab_configure(sys);
}

static void
change_port(unsigned int sys, unsigned int port)
{
	struct lacp_port_config *c = &lab.sys[sys].port[port].config;

	if (lab_random(2))
		c->prio = (uint16_t)(1 + lab_random(4));
	else
		c->key = (uint16_t)(0x10 * (sys + 1) + lab_random(2));
	assert_int_equal(lacp_port_configure(lab_port(sys, port), c, lab.now), 0);
	lab_drain();
}

/* Something happens. */
static void
disturb(void)
{
	const unsigned int w = lab_random(PORTS), sys = lab_random(2);

	switch (lab_random(10)) {
	case 0:
		shuffle_wires();
		break;
	case 1:
		if (lab.wire[3].used)
			make_loop();
		break;
	case 2:
		lab_start(sys, PORTS);
		break;
	case 3:
		lacp_system_reset(&lab.sys[sys].sys, lab.now);
		lab_drain();
		break;
	case 4:
		change_configuration(sys);
		break;
	case 5:
		change_port(sys, 1 + w);
		break;
	case 6:
		if (lab.wire[w].used)
			lab.wire[w].mute[lab_random(2)] ^= true;
		break;
	default:
		if (lab.wire[w].used)
			lab_link(w, !lab.wire[w].up);
	}
	if (!lab.wire[3].used && lab_random(3) == 0)
		straighten();
}

/* All is well again; links that were up stay up, so that LACP alone must find out. */
static void
heal(void)
{
	straighten();
	for (unsigned int sys = A; sys <= B; sys++) {
		lab.sys[sys].config.max_active_ports = 0;
		lab_configure(sys);
		for (unsigned int p = 1; p <= PORTS; p++) {
			lab.sys[sys].port[p].config.key = (uint16_t)(0x10 * (sys + 1));
			assert_int_equal(lacp_port_configure(lab_port(sys, p),
							     &lab.sys[sys].port[p].config, lab.now),
					 0);
		}
	}
	lab_go(lab_random(40000)); /* with loss and deaf ends, but without new causes */
	for (unsigned int w = 0; w < PORTS; w++)
		for (int e = 0; e < 2; e++) {
			lab.wire[w].mute[e] = false;
			lab.wire[w].loss[e] = 0;
		}
}

static void
make_noise(uint64_t msec, uint32_t loss)
{
	const uint64_t end = lab_ms() + msec;

	for (unsigned int w = 0; w < PORTS; w++)
		for (int e = 0; e < 2; e++) {
			lab.wire[w].loss[e] = loss;
			lab.wire[w].delay = 1 + lab_random(20);
		}
	while (lab_ms() < end) {
		lab_go(lab_random(30000));
		disturb();
	}
}

static void
expect_all_up(void)
{
	for (unsigned int p = 1; p <= PORTS; p++) {
		char why[160];

		for (unsigned int sys = A; sys <= B; sys++) {
			lacp_why_text(lab_port(sys, p), why, sizeof(why));
			if (!lab_carries(sys, p))
				fail_msg("at %llu ms: port %u of %c: %s",
					 (unsigned long long)lab_ms(), p, "AB"[sys], why);
		}
	}
}

/* Of all tests together. */
static uint64_t
virtual_seconds(void)
{
	const char *s = getenv("LACP_SOAK_SECONDS");

	return s ? strtoull(s, NULL, 10) : 1000000;
}

static void
soak(bool fast, uint64_t path_delay, uint64_t seconds, uint64_t recovery)
{
	lab_setup(NULL);
	lab.random += recovery + path_delay;
	for (unsigned int sys = A; sys <= B; sys++)
		lab.sys[sys].config.fast = fast;
	lab.sys[B].path_delay = path_delay;
	lab_start(A, PORTS);
	lab_start(B, PORTS);
	for (unsigned int p = 1; p <= PORTS; p++)
		lab_plug(A, p, B, p);
	while (lab_ms() < seconds * 1000) {
		make_noise(fast ? 300000 : 3000000, 300000);
		heal();
		lab_go(recovery);
		expect_all_up();
	}
}

static void
sys_24_with_short_timeouts_recovers_in_eight_seconds(void **state)
{
	LAB_UNUSED(state);
	soak(true, 0, virtual_seconds() / 2, 8000);
}

static void
sys_24_with_short_timeouts_and_a_slow_data_path(void **state)
{
	LAB_UNUSED(state);
	soak(true, 50, virtual_seconds() / 10, 8000);
}

static void
sys_24_with_long_timeouts(void **state)
{
	LAB_UNUSED(state);
	soak(false, 0, virtual_seconds() * 2 / 5, 40000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		LAB_TEST(sys_24_with_short_timeouts_recovers_in_eight_seconds),
		LAB_TEST(sys_24_with_short_timeouts_and_a_slow_data_path),
		LAB_TEST(sys_24_with_long_timeouts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
