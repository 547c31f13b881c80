/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_lex.c - walks over libconfig's syntax before libconfig does, for what it would not notice. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "conf_text.h"

/*
 * Seen in libconfig 1.5: a number of more than 32 bits loses its upper bits without a word; an
 * included directory ends the process; files that include each other many times over take for
 * ever, and so do thousands of settings; a text without end is reported far from its beginning; a
 * text where none may be is memory lost; a NUL ends the file. So: numbers of many digits get the
 * suffix L, includes are resolved here, and the rest is refused with the line where it is. A comma
 * before a closing bracket, which libconfig takes from 1.7 on, is dropped.
 */
struct lexer {
	struct conf_text *t;
	struct conf_err *err;
	const char *p, *end;
	uint32_t file, line;
	unsigned int depth;
	bool line_start; /* only blanks so far on this line */
};

#define DECIMAL_SAFE 9 /* so many digits fit 32 bits whatever they are */
#define HEX_SAFE     7
#define DECIMAL_MAX  18 /* and 64 bits */
#define HEX_MAX      15

static int
put(struct lexer *x, char c)
{
	int rc = conf_text_put(x->t, c, x->err);

	return rc < 0 || c != '\n' ? rc : conf_text_mark(x->t, x->file, x->line, x->err);
}

/* Copy the next n characters as they are. */
static int
copy(struct lexer *x, size_t n)
{
	int rc = 0;

	for (; n && rc == 0; n--) {
		if (*x->p == '\0')
			return conf_text_refuse(x->t, x->file, x->line, x->err,
						"a NUL character: this is not a text");
		x->line += *x->p == '\n';
		rc = put(x, *x->p++);
	}
	return rc;
}

static bool
looking_at(const struct lexer *x, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(x->end - x->p) >= n && memcmp(x->p, word, n) == 0;
}

/* @param must_end false: the end of the file will do */
static int
comment(struct lexer *x, const char *mark, bool must_end)
{
	uint32_t line = x->line;
	int rc = 0;

	while (rc == 0 && x->p < x->end && !looking_at(x, mark))
		rc = copy(x, 1);
	if (rc < 0)
		return rc;
	if (looking_at(x, mark))
		return copy(x, strlen(mark));
	if (!must_end)
		return 0;
	return conf_text_refuse(x->t, x->file, line, x->err, "this comment has no end");
}

/* May a text stand here? After another one it is its continuation. */
static bool
text_allowed(const struct conf_text *t)
{
	if (t->last == ',')
		return t->depth > 0 && t->open[t->depth - 1] != '{';
	return t->last && strchr("=:([\"", t->last);
}

/* No setting has a newline in it: a text that does is one whose quote is missing. */
static int
text(struct lexer *x)
{
	const char *start = x->p;
	int rc = copy(x, 1);

	while (rc == 0 && x->p < x->end && *x->p != '"' && *x->p != '\n')
		rc = copy(x, *x->p == '\\' && x->end - x->p > 1 && x->p[1] != '\n' ? 2 : 1);
	if (rc < 0)
		return rc;
	if (x->p == x->end || *x->p == '\n')
		return conf_text_refuse(x->t, x->file, x->line, x->err,
					"a text does not end on its line: a quote is missing");
	rc = copy(x, 1);
	if (rc == 0 && !text_allowed(x->t))
		return conf_text_refuse(x->t, x->file, x->line, x->err,
					"%.*s cannot stand here: is a '=' or a ',' missing?",
					(int)(x->p - start < 64 ? x->p - start : 64), start);
	x->t->before = x->t->last;
	x->t->last = '"';
	return rc;
}

static int
number(struct lexer *x)
{
	bool hex = looking_at(x, "0x") || looking_at(x, "0X");
	const char *digits = x->p + (hex ? 2 : 0), *p = digits;
	size_t n;
	int rc;

	while (p < x->end && (hex ? isxdigit((unsigned char)*p) : isdigit((unsigned char)*p)))
		p++;
	n = (size_t)(p - digits);
	if (n > (hex ? HEX_MAX : DECIMAL_MAX))
		return conf_text_refuse(x->t, x->file, x->line, x->err,
					"the number %.*s%s is too large for any setting",
					(int)(n < 40 ? p - x->p : 40), x->p, n < 40 ? "" : "...");
	rc = copy(x, (size_t)(p - x->p));
	if (rc == 0 && n > (hex ? HEX_SAFE : DECIMAL_SAFE) && (p == x->end || !strchr(".eEL", *p)))
		rc = put(x, 'L');
	x->t->before = x->t->last;
	x->t->last = '0';
	return rc;
}

static int
word(struct lexer *x)
{
	const char *p = x->p;

	while (p < x->end && (isalnum((unsigned char)*p) || strchr("-_*", *p)) && *p)
		p++;
	x->t->before = x->t->last;
	x->t->last = 'a';
	return copy(x, (size_t)(p - x->p));
}

/* Blanks may stand before and after the directive, as in libconfig. */
static bool
at_include(const struct lexer *x)
{
	static const char directive[] = "@include";

	return x->line_start && looking_at(x, directive) &&
	       (size_t)(x->end - x->p) > strlen(directive) &&
	       strchr(" \t", x->p[strlen(directive)]);
}

static int
include(struct lexer *x)
{
	char name[1024];
	size_t n = 0;
	int rc;

	x->p += strlen("@include");
	while (x->p < x->end && (*x->p == ' ' || *x->p == '\t'))
		x->p++;
	if (x->p < x->end && *x->p == '"')
		for (x->p++; x->p < x->end && !strchr("\"\n", *x->p) && n < sizeof(name) - 1;
		     x->p++)
			name[n++] = *x->p;
	name[n] = '\0';
	if (n == 0 || x->p == x->end || *x->p != '"')
		return conf_text_refuse(x->t, x->file, x->line, x->err,
					"@include wants the name of a file in quotes");
	x->p++;
	/* The included lines are lines of their own; then this one goes on. */
	rc = conf_text_put(x->t, '\n', x->err);
	if (rc == 0)
		rc = conf_text_include(x->t, name, x->file, x->line, x->depth, x->err);
	return rc < 0 ? rc : put(x, '\n');
}

static int
bracket(struct lexer *x, char c)
{
	struct conf_text *t = x->t;

	if (strchr("([{", c)) {
		if (t->depth == CONF_TEXT_DEPTH)
			return conf_text_refuse(t, x->file, x->line, x->err,
						"more than %d brackets are open", CONF_TEXT_DEPTH);
		t->open[t->depth++] = c;
	} else if (strchr(")]}", c) && t->depth > 0) {
		t->depth--;
	}
	return 0;
}

static int
punctuation(struct lexer *x)
{
	char c = *x->p;

	if ((c == '=' || c == ':') && ++x->t->n_settings > CONF_TEXT_SETTINGS)
		return conf_text_refuse(x->t, x->file, x->line, x->err, "more than %d settings",
					CONF_TEXT_SETTINGS);
	if ((c == ')' || c == ']') && x->t->last == ',' && !strchr("([,", x->t->before))
		x->t->text[x->t->last_at] = ' ';
	if (c && !isspace((unsigned char)c)) {
		if (bracket(x, c) < 0)
			return -EINVAL;
		x->t->before = x->t->last;
		x->t->last = c;
		x->t->last_at = x->t->len;
	}
	return copy(x, 1);
}

static int
step(struct lexer *x)
{
	bool line_start = x->line_start;
	unsigned char c = (unsigned char)*x->p;

	if (at_include(x))
		return include(x);
	x->line_start = c == '\n' || (line_start && (c == ' ' || c == '\t'));
	if (c == '#' || looking_at(x, "//")) {
		x->line_start = true; /* after the newline that ends the comment */
		return comment(x, "\n", false);
	}
	if (looking_at(x, "/*"))
		return comment(x, "*/", true);
	if (c == '"')
		return text(x);
	if (isdigit(c))
		return number(x);
	if (isalpha(c) || c == '*')
		return word(x);
	return punctuation(x);
}

int
conf_lex(struct conf_text *t, const char *content, size_t len, uint32_t file, unsigned int depth,
	 struct conf_err *err)
{
	struct lexer x = {
		.t = t,
		.err = err,
		.p = content,
		.end = content + len,
		.file = file,
		.line = 1,
		.depth = depth,
		.line_start = true,
	};
	int rc = conf_text_mark(t, file, 1, err);

	if (looking_at(&x, "\xef\xbb\xbf")) /* the byte order mark of some editors */
		x.p += 3;
	while (rc == 0 && x.p < x.end)
		rc = step(&x);
	if (rc == 0 && !t->text)
		rc = put(&x, '\n');
	return rc;
}
