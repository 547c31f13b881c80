/* SPDX-License-Identifier: BSD-3-Clause */
/* api_buf.c - growing text, consumed from its beginning. */
#include <stdlib.h>
#include <string.h>

#include "api_int.h"

#define SMALLEST 1024
#define KEPT     (256u << 10) /* octets that an empty buffer may hold on to */

size_t
api_buf_size(const struct api_buf *b)
{
	return b->len - b->at;
}

char *
api_buf_reserve(struct api_buf *b, size_t room)
{
	const size_t need = api_buf_size(b) + room;
	size_t cap = b->cap ? b->cap : SMALLEST;
	char *data;

	if (b->at && b->len + room > b->cap) {
		memmove(b->data, b->data + b->at, api_buf_size(b));
		b->len -= b->at;
		b->at = 0;
	}
	if (need > b->cap || !b->data) {
		while (cap < need)
			cap *= 2;
		data = realloc(b->data, cap);
		if (!data) {
			b->failed = true;
			return NULL;
		}
		b->data = data;
		b->cap = cap;
	}
	return b->data + b->len;
}

void
api_buf_append(struct api_buf *b, const void *data, size_t len)
{
	char *to = api_buf_reserve(b, len);

	if (!to)
		return;
	memcpy(to, data, len);
	b->len += len;
}

void
api_buf_consume(struct api_buf *b, size_t n)
{
	b->at += n;
	if (b->at < b->len)
		return;
	b->at = b->len = 0;
	if (b->cap > KEPT) {
		free(b->data);
		b->data = NULL;
		b->cap = 0;
	}
}

void
api_buf_free(struct api_buf *b)
{
	free(b->data);
	*b = (struct api_buf){0};
}

static int
dump(const char *text, size_t len, void *buf)
{
	struct api_buf *b = buf;

	api_buf_append(b, text, len);
	return b->failed ? -1 : 0;
}

void
api_buf_json(struct api_buf *b, const json_t *json)
{
	if (!json || json_dump_callback(json, dump, b, JSON_COMPACT | JSON_ENCODE_ANY) < 0)
		b->failed = true;
}
