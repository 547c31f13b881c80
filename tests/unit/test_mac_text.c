/* SPDX-License-Identifier: BSD-3-Clause */
/* test_mac_text.c - MAC addresses as text, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mac_text.h"

static void
what_is_written_is_read_back(void **state)
{
	static const uint8_t mac[6] = {0x02, 0, 0xab, 0xff, 0x0c, 1};
	char text[MAC_TEXT_SIZE];
	uint8_t back[6];

	(void)state;
	assert_string_equal(mac_text(mac, text), "02:00:ab:ff:0c:01");
	assert_true(mac_parse(text, back));
	assert_memory_equal(back, mac, 6);
	assert_true(mac_parse("2:0:AB:fF:c:1", back));
	assert_memory_equal(back, mac, 6);
}

static void
what_is_no_address_is_refused_and_changes_nothing(void **state)
{
	static const char *const rows[] = {
		"",
		"02",
		"02:00:00:00:00",
		"02:00:00:00:00:",
		"02:00:00:00:00:01:",
		"02:00:00:00:00:01:02",
		"02:00:00:00:00:1g",
		"02-00-00-00-00-01",
		"002:00:00:00:00:01",
		" 02:00:00:00:00:01",
		"02:00:00:00:00:01 ",
		"02:00:+1:00:00:01",
		"02: 0:00:00:00:01",
		"020000000001",
	};
	static const uint8_t before[6] = {9, 9, 9, 9, 9, 9};
	uint8_t mac[6] = {9, 9, 9, 9, 9, 9};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_false(mac_parse(rows[i], mac));
		assert_memory_equal(mac, before, 6);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(what_is_no_address_is_refused_and_changes_nothing),
	};
	return cmocka_run_group_tests_name("mac_text", tests, NULL, NULL);
}
