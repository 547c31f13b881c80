/* SPDX-License-Identifier: BSD-3-Clause */
/* conf.c - loads a configuration: text, tree, structs, rules; all of it or nothing. */
#include "conf.h"

#include <ctype.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "conf_check.h"

/* @return length of the UTF-8 sequence at s, 0 if it is none */
static size_t
utf8_len(const unsigned char *s)
{
	size_t n = *s >= 0xf5 ? 0 : *s >= 0xf0 ? 4 : *s >= 0xe0 ? 3 : *s >= 0xc2 ? 2 : 0;

	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

/* One line that can be shown, whatever the file had in it. */
static void
make_one_line(char *msg)
{
	while (*msg) {
		size_t n = *msg & 0x80 ? utf8_len((unsigned char *)msg) : 1;

		if (n == 0 || iscntrl((unsigned char)*msg))
			*msg = '?';
		msg += n ? n : 1;
	}
}

/* The line where libconfig stumbled, without blanks at its ends; in buf. */
static const char *
line_text(const struct conf_text *t, int line, char *buf, size_t len)
{
	const char *p = t->text;
	size_t n;

	while (p && --line > 0) {
		p = strchr(p, '\n');
		p = p ? p + 1 : NULL;
	}
	p = p ? p + strspn(p, " \t") : "";
	n = strcspn(p, "\r\n");
	snprintf(buf, len, "%.*s%s", (int)(n < 60 ? n : 60), p, n < 60 ? "" : "...");
	return buf;
}

static int
parse(config_t *tree, const struct conf_text *t, struct conf_err *err)
{
	char line[80];

	config_init(tree);
	/* conf_lex() has resolved all includes; one that libconfig still sees must fail. */
	config_set_include_dir(tree, "/dev/null");
	if (config_read_string(tree, t->text))
		return 0;
	conf_text_place(t, (unsigned int)config_error_line(tree), err);
	conf_append(err->msg, sizeof(err->msg), "%s: %s", config_error_text(tree),
		    line_text(t, config_error_line(tree), line, sizeof(line)));
	return -EINVAL;
}

static int
build(const struct conf_text *t, const config_t *tree, const struct conf_cores *machine,
      struct conf *c, struct conf_err *err)
{
	struct conf_reader r = {t, config_root_setting(tree), err};
	struct conf_checker k = {&r, c};
	int rc = conf_read_group(&r, r.root, r.root, "", conf_root_fields, NULL, c);

	return rc == 0 ? conf_check(&k, machine) : rc;
}

static int
load(const struct conf_text *t, const struct conf_cores *machine, struct conf **out,
     struct conf_err *err)
{
	struct conf *c = calloc(1, sizeof(*c));
	config_t tree;
	int rc;

	if (c)
		c->warnings = calloc(1, 1);
	if (!c || !c->warnings) {
		conf_free(c);
		snprintf(err->msg, sizeof(err->msg), "%.512s: out of memory", t->file[0]);
		return -ENOMEM;
	}
	rc = parse(&tree, t, err);
	if (rc == 0)
		rc = build(t, &tree, machine, c, err);
	config_destroy(&tree);
	if (rc == 0)
		*out = c;
	else
		conf_free(c);
	return rc;
}

static int
finish(struct conf_text *t, int rc, const struct conf_cores *machine, struct conf **out,
       struct conf_err *err)
{
	if (rc == 0)
		rc = load(t, machine, out, err);
	if (rc < 0)
		make_one_line(err->msg);
	conf_text_free(t);
	return rc;
}

int
conf_load(const char *path, const struct conf_cores *machine, struct conf **out,
	  struct conf_err *err)
{
	struct conf_text t;
	int rc = conf_text_read(&t, path, err);

	return finish(&t, rc, machine, out, err);
}

int
conf_load_text(const char *path, const char *text, size_t len, const struct conf_cores *machine,
	       struct conf **out, struct conf_err *err)
{
	struct conf_text t;
	int rc = conf_text_use(&t, path, text, len, err);

	return finish(&t, rc, machine, out, err);
}

void
conf_free(struct conf *c)
{
	if (!c)
		return;
	free(c->bonds);
	free(c->warnings);
	free(c);
}

void
conf_cores_of_machine(struct conf_cores *cores)
{
	cpu_set_t
		set[8]; /* of 8192 CPUs: with a set for fewer than there may be the kernel fails */

	memset(cores, 0, sizeof(*cores));
	if (sched_getaffinity(0, sizeof(set), set) < 0)
		return;
	for (unsigned int i = 0; i < CONF_MAX_CORES; i++)
		if (CPU_ISSET_S(i, sizeof(set), set))
			cores->core[cores->n++] = (uint16_t)i;
}
