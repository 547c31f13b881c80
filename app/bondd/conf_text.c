/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_text.c - reads a file and those that it includes, and remembers where each line is from. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf_field.h"
#include "conf_text.h"

#define DEPTH_MAX 8

static int
no_memory(struct conf_err *err)
{
	snprintf(err->msg, sizeof(err->msg), "out of memory");
	return -ENOMEM;
}

int
conf_text_refuse(const struct conf_text *t, uint32_t file, uint32_t line, struct conf_err *err,
		 const char *fmt, ...)
{
	va_list ap;
	size_t n;

	snprintf(err->msg, sizeof(err->msg), "%.512s:%u: ", t->file[file], line);
	n = strlen(err->msg);
	va_start(ap, fmt);
	vsnprintf(err->msg + n, sizeof(err->msg) - n, fmt, ap);
	va_end(ap);
	return -EINVAL;
}

void
conf_text_place(const struct conf_text *t, unsigned int line, struct conf_err *err)
{
	struct conf_line first = {0, 1}, at = first;

	if (line > 0 && line <= t->n_lines)
		at = t->line[line - 1];
	snprintf(err->msg, sizeof(err->msg), "%.512s:%u: ", t->file[at.file], at.line);
}

int
conf_text_put(struct conf_text *t, char c, struct conf_err *err)
{
	if (t->len + 1 >= t->room) {
		size_t room = t->room ? 2 * t->room : 4096;
		char *text = realloc(t->text, room);

		if (!text)
			return no_memory(err);
		t->text = text;
		t->room = room;
	}
	if (t->len == CONF_TEXT_MAX) {
		snprintf(err->msg, sizeof(err->msg), "%.512s: larger than %d bytes", t->file[0],
			 CONF_TEXT_MAX);
		return -EINVAL;
	}
	t->text[t->len++] = c;
	t->text[t->len] = '\0';
	return 0;
}

int
conf_text_mark(struct conf_text *t, uint32_t file, uint32_t line, struct conf_err *err)
{
	if (t->n_lines == t->lines_room) {
		uint32_t room = t->lines_room ? 2 * t->lines_room : 256;
		struct conf_line *lines = realloc(t->line, room * sizeof(*lines));

		if (!lines)
			return no_memory(err);
		t->line = lines;
		t->lines_room = room;
	}
	t->line[t->n_lines++] = (struct conf_line){file, line};
	return 0;
}

/* -EINVAL for what is neither a file nor a pipe: a terminal or /dev/zero never ends. */
static int
open_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	int rc = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		rc = -errno;
	else if (S_ISDIR(st.st_mode))
		rc = -EISDIR;
	else if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
		rc = -EINVAL;
	else if (S_ISREG(st.st_mode) && st.st_size > CONF_TEXT_MAX)
		rc = -EFBIG;
	else if (fcntl(fd, F_SETFL, 0) < 0) /* a pipe may be written to slowly */
		rc = -errno;
	if (rc == 0)
		return fd;
	close(fd);
	return rc;
}

/* @return bytes read into *content, to be freed, or -errno */
static ssize_t
read_file(const char *path, char **content)
{
	int fd = open_file(path);
	size_t len = 0;
	ssize_t n = 1;
	char *buf;

	if (fd < 0)
		return fd;
	buf = malloc(CONF_TEXT_MAX + 1);
	while (buf && n > 0 && len <= CONF_TEXT_MAX) {
		n = read(fd, buf + len, CONF_TEXT_MAX + 1 - len);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			len += (size_t)n;
	}
	n = !buf ? -ENOMEM : n < 0 ? -errno : len > CONF_TEXT_MAX ? -EFBIG : (ssize_t)len;
	close(fd);
	if (n < 0)
		free(buf);
	else
		*content = buf;
	return n;
}

static void
say_unreadable(struct conf_err *err, int rc)
{
	if (rc == -EINVAL)
		conf_append(err->msg, sizeof(err->msg), "cannot read: neither a file nor a pipe");
	else if (rc == -EFBIG)
		conf_append(err->msg, sizeof(err->msg), "larger than %d bytes", CONF_TEXT_MAX);
	else
		conf_append(err->msg, sizeof(err->msg), "cannot read: %s", strerror(-rc));
}

static int
add_file(struct conf_text *t, const char *path, struct conf_err *err)
{
	char *copy;

	if (t->n_files == CONF_TEXT_FILES) {
		snprintf(err->msg, sizeof(err->msg), "%.512s: more than %d files", t->file[0],
			 CONF_TEXT_FILES);
		return -EINVAL;
	}
	copy = strdup(path);
	if (!copy)
		return no_memory(err);
	t->file[t->n_files++] = copy;
	return 0;
}

int
conf_text_use(struct conf_text *t, const char *path, const char *content, size_t len,
	      struct conf_err *err)
{
	int rc;

	memset(t, 0, sizeof(*t));
	rc = add_file(t, path, err);
	return rc < 0 ? rc : conf_lex(t, content, len, 0, 0, err);
}

int
conf_text_read(struct conf_text *t, const char *path, struct conf_err *err)
{
	char *content;
	ssize_t len = read_file(path, &content);
	int rc;

	memset(t, 0, sizeof(*t));
	if (len < 0) {
		snprintf(err->msg, sizeof(err->msg), "%.512s: ", path);
		say_unreadable(err, (int)len);
		return (int)len;
	}
	rc = conf_text_use(t, path, content, (size_t)len, err);
	free(content);
	return rc;
}

int
conf_text_include(struct conf_text *t, const char *name, uint32_t file, uint32_t line,
		  unsigned int depth, struct conf_err *err)
{
	const char *slash = strrchr(t->file[file], '/');
	int dir = slash && name[0] != '/' ? (int)(slash - t->file[file] + 1) : 0;
	char path[4096], *content;
	ssize_t len;
	int rc;

	if (depth == DEPTH_MAX)
		return conf_text_refuse(t, file, line, err,
					"@include \"%.256s\": files are included more than %d deep",
					name, DEPTH_MAX);
	if (snprintf(path, sizeof(path), "%.*s%s", dir, t->file[file], name) >= (int)sizeof(path))
		return conf_text_refuse(t, file, line, err, "@include: the path is too long");
	len = read_file(path, &content);
	if (len < 0) {
		conf_text_refuse(t, file, line, err, "@include \"%.256s\": ", name);
		say_unreadable(err, (int)len);
		return (int)len;
	}
	rc = add_file(t, path, err);
	if (rc == 0)
		rc = conf_lex(t, content, (size_t)len, t->n_files - 1, depth + 1, err);
	free(content);
	return rc;
}

void
conf_text_free(struct conf_text *t)
{
	for (uint32_t i = 0; i < t->n_files; i++)
		free(t->file[i]);
	free(t->line);
	free(t->text);
	memset(t, 0, sizeof(*t));
}
