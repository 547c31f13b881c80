/* SPDX-License-Identifier: BSD-3-Clause */
/* api_ask.c - ask the API of a fake daemon without a socket. */
#include "api_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct bondd *ask_d;
struct api_load ask_load;
struct api_sub ask_sub;

int
ask_setup(void **state)
{
	(void)state;
	ask_d = fake_bondd_new();
	memset(&ask_load, 0, sizeof(ask_load));
	memset(&ask_sub, 0, sizeof(ask_sub));
	return 0;
}

int
ask_teardown(void **state)
{
	(void)state;
	fake_bondd_free(ask_d);
	return 0;
}

const char *
ask_octets(const char *line, size_t len)
{
	static struct api_buf out;
	const struct api_context ctx = {.d = ask_d, .load = &ask_load, .sub = &ask_sub};
	struct api_rpc rpc = {0};

	api_buf_free(&out);
	api_rpc_begin(&rpc, line, len, &out);
	while (api_rpc_busy(&rpc)) {
		rpc.waits = false;
		api_rpc_step(&rpc, &ctx, &out);
	}
	api_buf_append(&out, "", 1);
	assert_false(out.failed);
	return out.data;
}

const char *
ask(const char *line)
{
	return ask_octets(line, strlen(line));
}

json_t *
ask_result(const char *method, const char *params)
{
	char line[400];
	json_t *answer, *result;

	snprintf(line, sizeof(line),
		 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}", method, params);
	answer = json_loads(ask(line), 0, NULL);
	result = json_incref(json_object_get(answer, "result"));
	if (!result)
		fail_msg("%s: %s", line, ask(line));
	json_decref(answer);
	return result;
}

const json_t *
ask_at(const json_t *o, const char *path)
{
	char key[40];
	const char *dot;

	for (; o && *path; path = *dot ? dot + 1 : dot) {
		dot = strchrnul(path, '.');
		snprintf(key, sizeof(key), "%.*s", (int)(dot - path), path);
		o = json_is_array(o) ? json_array_get(o, (size_t)atoi(key))
				     : json_object_get(o, key);
	}
	return o;
}

void
ask_expect(const json_t *o, const char *path, const char *text)
{
	const json_t *value = ask_at(o, path);
	char *got = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

	if (!got || strcmp(got, text) != 0)
		fail_msg("%s is %s, not %s", path, got ? got : "missing", text);
	free(got);
}

struct bondd_bond *
ask_bond(uint32_t mode, unsigned int members)
{
	struct bondd_bond *b = ask_d->bond[1];
	const struct bond_link_fact up = {true, 10000, BOND_DUPLEX_FULL};
	struct bond_options options = bond_options_default();
	struct bond_member_options member = bond_member_options_default();
	char name[] = "m0";
	uint8_t slot;

	options.mode = mode;
	assert_int_equal(bond_init(&b->core, "bond1", &options, NULL, ask_d->now), 0);
	for (unsigned int i = 0; i < members; i++, name[1]++)
		assert_int_equal(bond_member_add(&b->core, name, &member, &up, ask_d->now, &slot),
				 0);
	fake_bondd_publish(b);
	return b;
}

json_t *
ask_flow(const char *fields)
{
	char params[400];

	snprintf(params, sizeof(params), "{\"bond\":\"bond1\"%s%s}", *fields ? "," : "", fields);
	return ask_result("flow.lookup", params);
}
