/* SPDX-License-Identifier: BSD-3-Clause */
/* fuzz_conf.c - any text ends in a configuration that prints and reads back, or in one line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool fact)
{
	if (!fact)
		abort();
}

static void
read_back(const struct conf *c)
{
	struct conf_err err = {""};
	struct conf *again = NULL;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	must(f != NULL);
	conf_print(c, f);
	fclose(f);
	must(conf_load_text("printed.cfg", text, len, NULL, &again, &err) == 0);
	must(memcmp(&c->runtime, &again->runtime, sizeof(c->runtime)) == 0);
	must(memcmp(&c->telemetry, &again->telemetry, sizeof(c->telemetry)) == 0);
	must(memcmp(&c->log, &again->log, sizeof(c->log)) == 0);
	must(c->n_bonds == again->n_bonds);
	must(memcmp(c->bonds, again->bonds, c->n_bonds * sizeof(*c->bonds)) == 0);
	conf_free(again);
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf_err err = {""};
	struct conf *c = NULL;

	if (conf_load_text("fuzz.cfg", (const char *)data, size, NULL, &c, &err) == 0) {
		read_back(c);
		conf_free(c);
		return 0;
	}
	must(c == NULL);
	must(err.msg[0] != '\0' && strchr(err.msg, '\n') == NULL);
	return 0;
}
