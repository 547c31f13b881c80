/* SPDX-License-Identifier: BSD-3-Clause */
/* text.c - values out of JSON by their path. */
#include <string.h>

#include "bondctl.h"

const json_t *
text_at(const json_t *o, const char *path)
{
	char key[64];
	const char *dot;

	for (; o && *path; path = *dot ? dot + 1 : dot) {
		dot = strchrnul(path, '.');
		snprintf(key, sizeof(key), "%.*s", (int)(dot - path), path);
		o = json_object_get(o, key);
	}
	return o;
}

const char *
text_string(const json_t *o, const char *path, const char *otherwise)
{
	const char *text = json_string_value(text_at(o, path));

	return text ? text : otherwise;
}

double
text_number(const json_t *o, const char *path)
{
	return json_number_value(text_at(o, path));
}
