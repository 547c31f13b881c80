/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_text.h - a file and all that it includes as one text, which still knows where it is from. */
#ifndef CONF_TEXT_H
#define CONF_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "conf.h"

#define CONF_TEXT_MAX      (1 << 20) /* bytes, included files together */
#define CONF_TEXT_FILES    64
#define CONF_TEXT_SETTINGS 16384
#define CONF_TEXT_DEPTH    32

struct conf_line {
	uint32_t file; /* index in conf_text.file */
	uint32_t line;
};

struct conf_text {
	char *text; /* ends with a NUL */
	size_t len, room;
	uint32_t n_files;
	char *file[CONF_TEXT_FILES]; /* as the user names them */
	uint32_t n_lines, lines_room;
	struct conf_line *line; /* [n - 1]: where line n of text stands */
	/* Of conf_lex(), which goes on where it was when an included file begins or ends. */
	uint32_t n_settings;
	char before, last;  /* the last two characters that were neither blank nor comment */
	size_t last_at;     /* where the last one is, if it is punctuation */
	unsigned int depth; /* brackets that are open */
	char open[CONF_TEXT_DEPTH];
};

/**
 * Read a file with what it includes. An included file is looked up beside the one that names it.
 * What libconfig would misread is made harmless: see conf_lex.c.
 * @param t where to build the text; to be freed with conf_text_free() also on failure
 * @return 0, -errno or -EINVAL with the sentence in err
 */
int conf_text_read(struct conf_text *t, const char *path, struct conf_err *err);

/** As conf_text_read(), with the content of the outermost file in memory. */
int conf_text_use(struct conf_text *t, const char *path, const char *content, size_t len,
		  struct conf_err *err);

void conf_text_free(struct conf_text *t);

/**
 * Begin a message with "FILE:LINE: ".
 * @param line of text, from 1; 0 or past the end: the first line
 */
void conf_text_place(const struct conf_text *t, unsigned int line, struct conf_err *err);

/* Between conf_text.c, which knows files, and conf_lex.c, which knows the syntax. */

/** Append one character. @return 0 or -errno */
int conf_text_put(struct conf_text *t, char c, struct conf_err *err);

/** What is appended from now on stands in this line of that file. */
int conf_text_mark(struct conf_text *t, uint32_t file, uint32_t line, struct conf_err *err);

/** Append a file that line of file includes. @param name as it stands in the directive */
int conf_text_include(struct conf_text *t, const char *name, uint32_t file, uint32_t line,
		      unsigned int depth, struct conf_err *err);

/** Append the content of a file. @param depth how many files include it */
int conf_lex(struct conf_text *t, const char *content, size_t len, uint32_t file,
	     unsigned int depth, struct conf_err *err);

/** Fill err with "FILE:LINE: sentence". @return -EINVAL */
__attribute__((format(printf, 5, 6))) int
conf_text_refuse(const struct conf_text *t, uint32_t file, uint32_t line, struct conf_err *err,
		 const char *fmt, ...);

#endif
