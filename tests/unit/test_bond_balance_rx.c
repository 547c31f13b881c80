/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_balance_rx.c - in balance-tlb and -alb the host receives where Linux let it. */
#include "balance_lab.h"

static const struct kind {
	const char *name;
	uint8_t dst[6];
} kinds[] = {
	{"unicast to bond", {2, 0, 0, 0, 1, 0}},     {"broadcast", {255, 255, 255, 255, 255, 255}},
	{"multicast", {1, 0, 0x5e, 1, 1, 1}},        {"link-local 0e", {1, 0x80, 0xc2, 0, 0, 14}},
	{"link-local 00", {1, 0x80, 0xc2, 0, 0, 0}}, {"0180c2000010", {1, 0x80, 0xc2, 0, 0, 16}},
	{"unicast to other", {2, 0, 0, 0, 9, 9}},
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

/* Does the host's stack get a frame that a member received? As workers decide it by the view. */
static bool
reaches_host(uint8_t slot, const uint8_t dst[6])
{
	const struct bond_view *v = &lab.f.view;

	if (v->restore >> slot & 1 && lab_same(dst, v->mac[slot]))
		return true;
	return (v->rx >> slot & 1) && (dst[0] & 1 || lab_same(dst, v->bond_mac));
}

/* A row "KIND received by mN: sockets that saw it: bond0:typeT ..."; type 3 is for other hosts. */
static bool
compare_row(const char *row)
{
	const char *by = strstr(row, " received by m"), *saw = strstr(row, "bond0:type");

	for (const struct kind *k = kinds; by && k < kinds + N_KINDS; k++)
		if (strlen(k->name) == (size_t)(by - row) &&
		    strncmp(row, k->name, strlen(k->name)) == 0) {
			print_message("%s\n", row);
			assert_int_equal(reaches_host((uint8_t)(by[14] - '0'), k->dst),
					 saw && saw[10] != '3');
			return true;
		}
	return false;
}

static void
compare(const char *name, uint32_t mode)
{
	char path[512], line[512];
	unsigned int rows = 0;
	FILE *file;

	lab_start(mode);
	lab_attach(0, 10000);
	lab_attach(1, 10000);
	snprintf(path, sizeof(path), "%s/golden/timeline/%s.csv", TEST_DIR, name);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		rows += strchr(line, '"') && compare_row(strchr(line, '"') + 1);
	fclose(file);
	assert_int_equal(rows, 2 * N_KINDS);
}

static void
the_host_receives_where_linux_let_it(void **state)
{
	(void)state;
	compare("rx_balance-tlb", BOND_MODE_BALANCE_TLB);
	assert_false(reaches_host(1, lab.f.b.member[1].mac));
	compare("rx_balance-alb", BOND_MODE_BALANCE_ALB);
	/* what alb is for: a frame for a member's own address, on that member alone */
	assert_true(reaches_host(1, lab.f.b.member[1].mac));
	assert_false(reaches_host(0, lab.f.b.member[1].mac));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_host_receives_where_linux_let_it),
	};
	return cmocka_run_group_tests_name("bond_balance_rx", tests, NULL, NULL);
}
