/* SPDX-License-Identifier: BSD-3-Clause */
/* api_batch.c - cuts the text of a JSON array into its elements, one at a time. */
#include "api_int.h"

/*
 * A parser takes tens of milliseconds for a line of a megabyte, which is more than the control
 * thread has. So a batch is cut where its own commas are, and its requests are parsed one by one;
 * the pieces together are an array exactly if each of them is a JSON text.
 */

size_t
api_blank(const char *text, size_t at, size_t len)
{
	while (at < len && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r'))
		at++;
	return at;
}

bool
api_batch_is_empty(const char *text, size_t at, size_t len)
{
	at = api_blank(text, at, len);
	return at < len && text[at] == ']' && api_blank(text, at + 1, len) == len;
}

/* The quote that ends the string which begins at this one. @return end: there is none */
static size_t
end_of_string(const char *text, size_t at, size_t end)
{
	for (at++; at < end && text[at] != '"'; at++)
		if (text[at] == '\\')
			at++;
	return at < end ? at : end;
}

enum api_piece
api_batch_next(const char *text, size_t *at, size_t len, size_t *piece_len)
{
	const size_t begin = *at;
	const size_t end = len - begin > API_REQUEST_MAX ? begin + API_REQUEST_MAX : len;
	unsigned int depth = 0;
	size_t i;

	for (i = begin; i < end; i++) {
		const char c = text[i];

		if (c == '"')
			i = end_of_string(text, i, end);
		else if (c == '[' || c == '{')
			depth++;
		else if (depth == 0 && (c == ',' || c == ']'))
			break;
		else if (depth > 0 && (c == ']' || c == '}'))
			depth--;
	}
	if (i >= end)
		return end < len ? API_PIECE_LONG : API_PIECE_BROKEN;
	*piece_len = i - begin;
	*at = i + 1;
	if (text[i] == ',')
		return API_PIECE;
	return api_blank(text, *at, len) == len ? API_PIECE_LAST : API_PIECE_BROKEN;
}
