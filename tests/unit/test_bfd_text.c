/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bfd_text.c - BFD in words: addresses that hosts may have, and names of states and reasons. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bfd.h"

static void
only_addresses_of_hosts_are_taken(void **state)
{
	static const char *const bad[] = {
		"",           "10.0.0",          "10.0.0.256",   "0.0.0.0", "127.0.0.1",
		"224.0.0.1",  "255.255.255.255", "::",           "::1",     "ff02::1",
		"fd77::1::2", "10.0.0.1/24",     "fe80::1%eth0", "host"};
	struct bfd_addr a, b;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(bfd_addr_parse(bad[i], &a), -1);
	assert_int_equal(bfd_addr_parse("10.0.0.1", &a), 0);
	assert_int_equal(bfd_addr_parse("fe80::1", &b), 0);
	assert_true(b.v6 && !bfd_addr_equal(&a, &b) && bfd_addr_equal(&b, &b));
}

static void
everything_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < BFD_PARSES; i++)
		assert_true(strlen(bfd_parse_name((enum bfd_parse)i)) > 1);
	assert_string_equal(bfd_state_name(BFD_ADMIN_DOWN), "admin down");
	assert_string_equal(bfd_diag_name(1), "control detection time expired");
	assert_string_equal(bfd_diag_name(31), "reserved");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_addresses_of_hosts_are_taken),
		cmocka_unit_test(everything_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
