/* SPDX-License-Identifier: BSD-3-Clause */
/* test_buffer_alarm.c - who is short of packet buffers is told so, once, and what to do about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "buffer_alarm.h"
#include "fake_bondd.h"

static struct bondd *d;
static struct bondd_bond *b;
static char told[1000];

void
bondd_event(struct bondd_bond *bond, const char *member, const char *kind, const char *from,
	    const char *to, const char *reason)
{
	const size_t used = strlen(told);

	snprintf(told + used, sizeof(told) - used, "%s/%s %s %s>%s: %s\n", bond->core.name,
		 member != NULL ? member : "-", kind, from, to, reason);
}

static int
setup(void **state)
{
	(void)state;
	d = fake_bondd_new();
	b = d->bond[0];
	told[0] = '\0';
	fake_seen.buffers = (struct dp_buffers){.size = 1600, .free = 1000, .waiting = 3};
	buffer_alarm(d);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	fake_bondd_free(d);
	return 0;
}

/* Time passes in turns; in each of them a port finds no buffers so many times. */
static void
go(unsigned int ms, struct dp_port *port, unsigned int missing)
{
	for (unsigned int t = 0; t < ms; t += 10) {
		d->now += 10 * BOND_MSEC;
		port->counters[0].rx_nombuf += missing;
		buffer_alarm(d);
	}
}

static void
says(const char *text)
{
	assert_string_equal(told, text);
	told[0] = '\0';
}

static void
logs(const char *text)
{
	assert_string_equal(fake_seen.log, text);
	fake_seen.log[0] = '\0';
}

static void
a_member_without_buffers_is_told_once_with_the_remedy(void **state)
{
	struct dp_port *port = b->member[1].port;

	(void)state;
	go(5000, port, 0);
	says("");
	fake_seen.buffers.free = 500;
	go(4000, port, 1);
	says("bond0/eth2 buffers enough>missing: no buffers for what comes in (rx_nombuf grew by "
	     "100), 500 of 1600 are free: raise runtime.memory_mb, now 512\n");
	go(9000, port, 0);
	says("");
	go(3000, port, 0);
	says("bond0/eth2 buffers missing>enough: rx_nombuf grew by 400, not lately; 500 of 1600 "
	     "buffers are free\n");
	logs("");
}

static void
a_host_without_buffers_is_told_as_well(void **state)
{
	(void)state;
	go(2000, d->bond[1]->host.port, 2);
	says("bond1/- buffers enough>missing: no buffers for what the kernel sends (rx_nombuf grew "
	     "by 200), 1000 of 1600 are free: raise runtime.memory_mb, now 512\n");
}

static void
a_port_that_was_reset_counts_anew(void **state)
{
	struct dp_port *port = b->member[0].port;

	(void)state;
	go(2000, port, 5);
	told[0] = '\0';
	port->counters[0].rx_nombuf = 0;
	go(2000, port, 0);
	says("");
	go(1000, port, 1);
	go(11000, port, 0);
	says("bond0/eth1 buffers missing>enough: rx_nombuf grew by 100, not lately; 1000 of 1600 "
	     "buffers are free\n");
}

static void
a_port_that_is_being_reset_or_gone_is_not_asked(void **state)
{
	struct dp_port *port = b->member[0].port;

	(void)state;
	b->member[0].reset = BONDD_RESET_GRACE;
	go(2000, port, 1);
	b->member[0].reset = BONDD_RESET_NONE;
	b->member[0].gone = true;
	go(2000, port, 1);
	says("");
}

static void
few_free_buffers_are_warned_of_once(void **state)
{
	struct dp_port *port = b->member[0].port;

	(void)state;
	fake_seen.buffers.free = 100;
	go(2000, port, 0);
	logs("");
	fake_seen.buffers.free = 99;
	go(20000, port, 0);
	logs("only 99 of 1600 packet buffers are free, 3 hold frames that wait: raise "
	     "runtime.memory_mb, now 512");
	fake_seen.buffers.free = 800;
	go(9000, port, 0);
	logs("");
	go(3000, port, 0);
	logs("800 of 1600 packet buffers are free again");
	says("");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_member_without_buffers_is_told_once_with_the_remedy),
		TEST(a_host_without_buffers_is_told_as_well),
		TEST(a_port_that_was_reset_counts_anew),
		TEST(a_port_that_is_being_reset_or_gone_is_not_asked),
		TEST(few_free_buffers_are_warned_of_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
