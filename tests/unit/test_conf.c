/* SPDX-License-Identifier: BSD-3-Clause */
/* test_conf.c - the configuration engine: what tests/conf, with its files, cannot show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conf.h"
#include "conf_field.h"

static const char full[] =
	"version = 1;\n"
	"runtime: { control_core = 3; worker_cores = [ 1, 2 ]; memory_mb = 0x100;\n"
	"  hugepages = \"off\"; eal_args = \"-d,x.so\"; };\n"
	"telemetry: { socket = \"/s\"; socket_mode = \"0600\"; socket_group = \"g\"; }\n"
	"log: { level = \"debug\"; };\n"
	"bonds: (\n"
	"  { name = \"bond0\"; mode = 1; miimon = 50; updelay = 7; downdelay = 8; num_unsol_na = "
	"3;\n"
	"    peer_notif_delay = 9; primary = \"b\"; primary_reselect = \"better\";\n"
	"    active_member = \"c\"; all_slaves_active = \"on\"; mtu = 9000;\n"
	"    mac = \"02:00:00:00:00:0A\"; host: { type = \"vdev\"; queues = 2; vdev = "
	"\"net_x,y=1\"; };\n"
	"    members: (\n"
	"      { name = \"a\"; pci = \"AF:00.1\"; prio = -5; },\n"
	"      { name = \"b\"; netdev = \"ens4\"; },\n"
	"      { name = \"c\"; vdev = \"net_z0,k=v\"; prio = 0; }, ) },\n"
	");\n";

static struct conf *
must_load(const char *text)
{
	struct conf_err err = {""};
	struct conf *c = NULL;

	if (conf_load_text("t.cfg", text, strlen(text), NULL, &c, &err) < 0)
		fail_msg("%s", err.msg);
	assert_non_null(c);
	return c;
}

/* @return what conf_print() writes, to be freed */
static char *
printed(const struct conf *c)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	conf_print(c, f);
	fclose(f);
	return text;
}

static void
assert_same(const struct conf *a, const struct conf *b)
{
	assert_int_equal(a->version, b->version);
	assert_memory_equal(&a->runtime, &b->runtime, sizeof(a->runtime));
	assert_memory_equal(&a->telemetry, &b->telemetry, sizeof(a->telemetry));
	assert_memory_equal(&a->log, &b->log, sizeof(a->log));
	assert_int_equal(a->n_bonds, b->n_bonds);
	assert_memory_equal(a->bonds, b->bonds, a->n_bonds * sizeof(*a->bonds));
}

static void
every_setting_arrives_in_its_member(void **state)
{
	static const uint8_t mac[6] = {2, 0, 0, 0, 0, 10};
	struct conf *c = must_load(full);
	const struct conf_bond *b = &c->bonds[0];

	(void)state;
	assert_int_equal(c->version, 1);
	assert_int_equal(c->runtime.control_core, 3);
	assert_int_equal(c->runtime.worker_cores.n, 2);
	assert_int_equal(c->runtime.worker_cores.core[0], 1);
	assert_int_equal(c->runtime.worker_cores.core[1], 2);
	assert_int_equal(c->runtime.memory_mb, 256);
	assert_int_equal(c->runtime.hugepages, CONF_HUGEPAGES_OFF);
	assert_int_equal(c->runtime.eal_args.n, 2);
	assert_string_equal(c->runtime.eal_args.text[1], "x.so");
	assert_string_equal(c->telemetry.socket, "/s");
	assert_int_equal(c->telemetry.socket_mode, 0600);
	assert_string_equal(c->telemetry.socket_group, "g");
	assert_int_equal(c->log.level, CONF_LOG_DEBUG);
	assert_int_equal(c->n_bonds, 1);
	assert_string_equal(b->name, "bond0");
	assert_int_equal(b->options.mode, BOND_MODE_ACTIVE_BACKUP);
	assert_int_equal(b->options.miimon_ms, 50);
	assert_int_equal(b->options.updelay_ms, 7);
	assert_int_equal(b->options.downdelay_ms, 8);
	assert_int_equal(b->options.num_peer_notif, 3);
	assert_int_equal(b->options.peer_notif_delay_ms, 9);
	assert_string_equal(b->options.primary, "b");
	assert_int_equal(b->options.primary_reselect, BOND_RESELECT_BETTER);
	assert_true(b->options.all_members_active);
	assert_string_equal(b->active_member, "c");
	assert_int_equal(b->mtu, 9000);
	assert_false(b->mac_auto);
	assert_memory_equal(b->mac, mac, sizeof(mac));
	assert_int_equal(b->host.type, CONF_HOST_VDEV);
	assert_int_equal(b->host.queues, 2);
	assert_string_equal(b->host.vdev, "net_x,y=1");
	assert_int_equal(b->n_members, 3);
	assert_int_equal(b->member[0].kind, CONF_PORT_PCI);
	assert_string_equal(b->member[0].port, "0000:af:00.1");
	assert_int_equal(b->member[0].options.prio, -5);
	assert_int_equal(b->member[1].kind, CONF_PORT_NETDEV);
	assert_string_equal(b->member[1].port, "ens4");
	assert_int_equal(b->member[2].kind, CONF_PORT_VDEV);
	assert_string_equal(b->member[2].port, "net_z0,k=v");
	assert_int_equal(b->member[2].options.weight, 0);
	assert_string_equal(c->warnings, "");
	conf_free(c);
}

static void
what_is_printed_is_read_as_the_same_structs(void **state)
{
	struct conf *a = must_load(full), *b;
	char *again = printed(a), *third;

	(void)state;
	b = must_load(again);
	third = printed(b);
	assert_same(a, b);
	assert_string_equal(again, third);
	conf_free(a);
	conf_free(b);
	free(again);
	free(third);
}

static void
defaults_are_those_of_the_bond_core(void **state)
{
	struct conf *c = must_load("version = 1;\nbonds: ( { name = \"bond0\"; members: "
				   "( { name = \"a\"; netdev = \"a\"; } ); } );");
	const struct bond_options o = bond_options_default(), *got = &c->bonds[0].options;

	(void)state;
	assert_int_equal(got->mode, o.mode);
	assert_int_equal(got->miimon_ms, o.miimon_ms);
	assert_int_equal(got->updelay_ms, o.updelay_ms);
	assert_int_equal(got->downdelay_ms, o.downdelay_ms);
	assert_int_equal(got->peer_notif_delay_ms, o.peer_notif_delay_ms);
	assert_int_equal(got->num_peer_notif, o.num_peer_notif);
	assert_int_equal(got->packets_per_member, o.packets_per_member);
	assert_int_equal(got->primary_reselect, o.primary_reselect);
	assert_int_equal(got->all_members_active, o.all_members_active);
	assert_string_equal(got->primary, o.primary);
	assert_int_equal(got->xmit_hash_policy, o.xmit_hash_policy);
	assert_int_equal(got->hash_seed, o.hash_seed);
	assert_int_equal(got->symmetric_hash, o.symmetric_hash);
	assert_int_equal(got->resilient_hash, o.resilient_hash);
	assert_int_equal(got->nic_hash, o.nic_hash);
	conf_free(c);
}

/* An option of the core without a setting must not be left at a value that the core refuses. */
static void
a_bond_of_nothing_but_defaults_starts_in_every_mode(void **state)
{
	size_t n;
	const struct bond_mode *const *modes = bond_modes(&n);
	static struct bond b;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct bond_options options;
		struct conf *c;
		char text[160];

		snprintf(text, sizeof(text),
			 "version = 1;\nbonds: ( { name = \"bond0\"; mode = \"%s\"; members: "
			 "( { name = \"a\"; netdev = \"a\"; } ); } );",
			 modes[i]->name);
		c = must_load(text);
		options = c->bonds[0].options;
		options.system_mac[0] = 2;
		assert_int_equal(bond_init(&b, "bond0", &options, NULL, 0), 0);
		conf_free(c);
	}
}

/* Two rows that answer to one name would hide each other. */
static void
check_rows(const struct conf_field *fields)
{
	for (const struct conf_field *f = fields; f->name; f++) {
		assert_non_null(f->doc);
		assert_ptr_equal(conf_field_find(fields, f->name), f);
		if (f->alias)
			assert_ptr_equal(conf_field_find(fields, f->alias), f);
		if (strchr(f->doc, '|') || strchr(f->doc, '\n'))
			fail_msg("%s: its meaning would break the table of docs/config.md",
				 f->name);
		if (f->type == CONF_GROUP || f->type == CONF_GROUPS)
			check_rows(f->fields);
		if (f->type == CONF_GROUP || f->type == CONF_GROUPS)
			assert_null(f->def);
		for (const char *const *later = f->later; later && *later; later++)
			assert_null(conf_field_find(f->fields, *later));
	}
}

static void
rows_have_names_of_their_own_and_a_meaning(void **state)
{
	(void)state;
	check_rows(conf_root_fields);
}

static void
assert_one_line(const char *msg)
{
	assert_int_equal(strncmp(msg, "t.cfg:", 6), 0);
	assert_null(strchr(msg, '\n'));
	assert_true(strlen(msg) > 10);
}

/* Whatever the text, the answer is a configuration that prints and reads back, or one line. */
static void
survives(const char *text, size_t len)
{
	struct conf_err err = {""};
	struct conf *c = NULL;
	struct conf *again;
	char *out;

	if (conf_load_text("t.cfg", text, len, NULL, &c, &err) < 0) {
		assert_null(c);
		assert_one_line(err.msg);
		return;
	}
	out = printed(c);
	again = must_load(out);
	assert_same(c, again);
	conf_free(c);
	conf_free(again);
	free(out);
}

static void
a_text_cut_anywhere_is_refused_or_whole(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(full); len++)
		survives(full, len);
}

/* Always the same sequence, so that a failure can be repeated. */
static uint32_t
next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static void
a_text_with_any_few_bytes_changed_is_refused_or_whole(void **state)
{
	static const char alphabet[] = "{}()[]=:;,\"\\/*#@-.0129aebx\n\t \x01\x80\xff";
	const size_t len = strlen(full);
	char copy[sizeof(full)];
	uint32_t seed = 1;

	(void)state;
	for (unsigned int round = 0; round < 20000; round++) {
		memcpy(copy, full, len);
		for (unsigned int n = next_random(&seed) % 4 + 1; n; n--)
			copy[next_random(&seed) % len] =
				alphabet[next_random(&seed) % (sizeof(alphabet) - 1)];
		survives(copy, len);
	}
}

static void
guesses_what_was_meant_and_nothing_far_fetched(void **state)
{
	static const struct {
		const char *wrong, *meant;
	} words[] = {
		{"mimon", "miimon"},
		{"moed", "mode"},
		{"mdoe", "mode"},
		{"up-delay", "updelay"},
		{"updelays", "updelay"},
		{"xyz", NULL},
		{"", NULL},
		{"m", NULL},
		{"a_word_that_is_far_longer_than_any_setting_there_is", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct conf_guess g = conf_guess_begin(words[i].wrong);

		conf_guess_try(&g, "updelay");
		conf_guess_try(&g, "mode");
		conf_guess_try(&g, NULL);
		conf_guess_try(&g, "miimon");
		if (words[i].meant)
			assert_string_equal(g.best, words[i].meant);
		else
			assert_null(g.best);
	}
}

static void
cores_are_checked_only_against_a_machine_that_is_given(void **state)
{
	static const char text[] =
		"version = 1; runtime: { worker_cores = \"100\"; };\n"
		"bonds: ( { name = \"b\"; members: ( { name = \"a\"; netdev = \"a\"; } ); } );";
	const struct conf_cores one = {1, {0}};
	struct conf_err err = {""};
	struct conf *c = NULL;

	(void)state;
	conf_free(must_load(text));
	assert_int_equal(conf_load_text("t.cfg", text, strlen(text), &one, &c, &err), -22);
	assert_null(c);
	assert_string_equal(err.msg, "t.cfg:1: runtime.worker_cores: core 100 does not exist, "
				     "this machine has core 0");
}

static void
there_are_no_more_workers_than_the_data_path_has_room_for(void **state)
{
	static const char text[] =
		"version = 1; runtime: { worker_cores = \"1-64%s\"; };\n"
		"bonds: ( { name = \"b\"; members: ( { name = \"a\"; netdev = \"a\"; } ); } );";
	struct conf_err err = {""};
	struct conf *c = NULL;
	char buf[sizeof(text) + 8];

	(void)state;
	snprintf(buf, sizeof(buf), text, "");
	conf_free(must_load(buf));
	snprintf(buf, sizeof(buf), text, ",65");
	assert_int_equal(conf_load_text("t.cfg", buf, strlen(buf), NULL, &c, &err), -22);
	assert_string_equal(err.msg,
			    "t.cfg:1: runtime.worker_cores: 65 cores, there may be 64 at most");
}

static void
this_machine_has_cores_in_rising_order(void **state)
{
	struct conf_cores cores;

	(void)state;
	conf_cores_of_machine(&cores);
	assert_true(cores.n > 0);
	for (uint32_t i = 1; i < cores.n; i++)
		assert_true(cores.core[i] > cores.core[i - 1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_setting_arrives_in_its_member),
		cmocka_unit_test(what_is_printed_is_read_as_the_same_structs),
		cmocka_unit_test(defaults_are_those_of_the_bond_core),
		cmocka_unit_test(a_bond_of_nothing_but_defaults_starts_in_every_mode),
		cmocka_unit_test(rows_have_names_of_their_own_and_a_meaning),
		cmocka_unit_test(a_text_cut_anywhere_is_refused_or_whole),
		cmocka_unit_test(a_text_with_any_few_bytes_changed_is_refused_or_whole),
		cmocka_unit_test(guesses_what_was_meant_and_nothing_far_fetched),
		cmocka_unit_test(cores_are_checked_only_against_a_machine_that_is_given),
		cmocka_unit_test(there_are_no_more_workers_than_the_data_path_has_room_for),
		cmocka_unit_test(this_machine_has_cores_in_rising_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
