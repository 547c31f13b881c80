/* SPDX-License-Identifier: BSD-3-Clause */
/* api_rpc.c - JSON-RPC 2.0: from a line to calls of methods, and from their results to a line. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "api_int.h"

int
api_refuse(struct api_call *call, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(call->error, sizeof(call->error), fmt, ap);
	va_end(ap);
	return code;
}

/* @param id borrowed, NULL: unknown. @return NULL: no memory */
static json_t *
error_answer(const json_t *id, int code, const char *message)
{
	return json_pack("{s:s, s:{s:i, s:o}, s:o}", "jsonrpc", "2.0", "error", "code", code,
			 "message", api_string(message), "id",
			 id ? json_deep_copy(id) : json_null());
}

static bool
id_is_legal(const json_t *id)
{
	return json_is_string(id) || json_is_number(id) || json_is_null(id);
}

/* Why something is not a request, NULL if it is one. */
static const char *
request_fault(const json_t *request)
{
	const json_t *version, *id, *params;

	if (!json_is_object(request))
		return "a request is an object with jsonrpc, method, params and id";
	version = json_object_get(request, "jsonrpc");
	if (!json_is_string(version) || strcmp(json_string_value(version), "2.0") != 0)
		return "jsonrpc must be \"2.0\"";
	id = json_object_get(request, "id");
	if (id && !id_is_legal(id))
		return "id must be a string, a number or null";
	if (!json_is_string(json_object_get(request, "method")))
		return "method must be a string";
	params = json_object_get(request, "params");
	if (params && !json_is_object(params) && !json_is_array(params))
		return "params must be an object or an array";
	return NULL;
}

static int
call_method(struct api_call *call, const json_t *request, json_t **result)
{
	const char *name = json_string_value(json_object_get(request, "method")), *guess;
	const struct api_method *method = api_method_find(name, &guess);
	json_t *params;
	int rc;

	if (!method)
		return guess ? api_refuse(call, API_EMETHOD,
					  "there is no method \"%.60s\"; did you mean \"%s\"?",
					  name, guess)
			     : api_refuse(call, API_EMETHOD, "there is no method \"%.60s\"", name);
	rc = api_params_check(call, method, json_object_get(request, "params"), &params);
	if (rc)
		return rc;
	call->params = params;
	rc = method->run(call, result);
	if (rc == 0 && !*result)
		rc = api_refuse(call, API_EINTERNAL, "%s: out of memory", method->name);
	json_decref(params);
	return rc;
}

/* @return the answer, NULL when none is due, or yet, or possible: then *failed */
static json_t *
answer(struct api_rpc *rpc, const struct api_context *ctx, const json_t *request, bool *failed)
{
	const char *fault = request_fault(request);
	const json_t *id = json_object_get(request, "id");
	struct api_call call = {.ctx = ctx, .again = rpc->again};
	json_t *result = NULL, *text;
	int rc;

	if (fault) {
		text = error_answer(id && id_is_legal(id) ? id : NULL, API_EREQUEST, fault);
		*failed |= !text;
		return text;
	}
	rc = call_method(&call, request, &result);
	rpc->waits = rpc->again = rc == API_LATER;
	if (rpc->waits)
		return NULL;
	if (!id) { /* a notification: not even errors are answered */
		json_decref(result);
		return NULL;
	}
	if (rc)
		text = error_answer(id, rc, call.error);
	else
		text = json_pack("{s:s, s:o, s:o}", "jsonrpc", "2.0", "result", result, "id",
				 json_deep_copy(id));
	*failed |= !text;
	return text;
}

void
api_rpc_error_line(struct api_buf *out, int code, const char *message)
{
	json_t *text = error_answer(NULL, code, message);

	api_buf_json(out, text);
	api_buf_append(out, "\n", 1);
	json_decref(text);
}

/* @return NULL with one line of answer */
static json_t *
parse(const struct api_rpc *rpc, size_t at, size_t len, struct api_buf *out)
{
	char message[JSON_ERROR_TEXT_LENGTH + 64];
	json_error_t err;
	json_t *json;

	json = json_loadb(rpc->text + at, len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &err);
	if (json)
		return json;
	snprintf(message, sizeof(message), "this is not JSON, at octet %zu: %s",
		 at + (size_t)err.position, err.text);
	api_rpc_error_line(out, API_EPARSE, message);
	return NULL;
}

static void
refuse_line(struct api_rpc *rpc, struct api_buf *out, enum api_piece piece)
{
	char message[100];

	if (piece == API_PIECE_LONG) {
		snprintf(message, sizeof(message), "one request is longer than %u octets",
			 API_REQUEST_MAX);
		api_rpc_error_line(out, API_EREQUEST, message);
	} else {
		api_rpc_error_line(out, API_EPARSE,
				   "this is not JSON: the batch has no proper end");
	}
	api_rpc_cancel(rpc);
}

void
api_rpc_begin(struct api_rpc *rpc, const char *line, size_t len, struct api_buf *out)
{
	while (len && api_blank(line, len - 1, len) == len)
		len--;
	*rpc = (struct api_rpc){.at = api_blank(line, 0, len), .len = len};
	if (len == 0)
		return;
	rpc->text = malloc(len);
	if (!rpc->text) {
		out->failed = true;
		return;
	}
	memcpy(rpc->text, line, len);
	if (line[rpc->at] != '[') {
		rpc->stage = API_RPC_SINGLE;
		if (len > API_REQUEST_MAX)
			refuse_line(rpc, out, API_PIECE_LONG);
		return;
	}
	rpc->stage = API_RPC_CHECK;
	rpc->first = ++rpc->at;
	if (api_batch_is_empty(rpc->text, rpc->at, len)) {
		api_rpc_error_line(out, API_EREQUEST, "the batch is empty");
		api_rpc_cancel(rpc);
	}
}

bool
api_rpc_busy(const struct api_rpc *rpc)
{
	return rpc->text;
}

static void
step_single(struct api_rpc *rpc, const struct api_context *ctx, struct api_buf *out)
{
	json_t *request = parse(rpc, 0, rpc->len, out), *text = NULL;

	if (request)
		text = answer(rpc, ctx, request, &out->failed);
	if (text) {
		api_buf_json(out, text);
		api_buf_append(out, "\n", 1);
	}
	json_decref(text);
	json_decref(request);
	if (!rpc->waits)
		api_rpc_cancel(rpc);
}

/* Nothing of a batch runs unless all of it is JSON. */
static void
step_check(struct api_rpc *rpc, struct api_buf *out)
{
	const size_t begin = rpc->at;
	size_t len;
	const enum api_piece piece = api_batch_next(rpc->text, &rpc->at, rpc->len, &len);
	json_t *request;

	if (piece == API_PIECE_LONG || piece == API_PIECE_BROKEN) {
		refuse_line(rpc, out, piece);
		return;
	}
	request = parse(rpc, begin, len, out);
	if (!request) {
		api_rpc_cancel(rpc);
	} else if (piece == API_PIECE_LAST) {
		rpc->stage = API_RPC_RUN;
		rpc->at = rpc->first;
	}
	json_decref(request);
}

static void
step_run(struct api_rpc *rpc, const struct api_context *ctx, struct api_buf *out)
{
	const size_t begin = rpc->at;
	size_t len;
	const enum api_piece piece = api_batch_next(rpc->text, &rpc->at, rpc->len, &len);
	json_t *request = parse(rpc, begin, len, out), *text;

	text = request ? answer(rpc, ctx, request, &out->failed) : NULL;
	if (rpc->waits)
		rpc->at = begin;
	if (text) {
		api_buf_append(out, rpc->answered ? "," : "[", 1);
		api_buf_json(out, text);
		rpc->answered = true;
	}
	json_decref(text);
	json_decref(request);
	if (piece != API_PIECE_LAST || rpc->waits)
		return;
	if (rpc->answered)
		api_buf_append(out, "]\n", 2);
	api_rpc_cancel(rpc);
}

void
api_rpc_step(struct api_rpc *rpc, const struct api_context *ctx, struct api_buf *out)
{
	switch (rpc->stage) {
	case API_RPC_SINGLE:
		step_single(rpc, ctx, out);
		break;
	case API_RPC_CHECK:
		step_check(rpc, out);
		break;
	case API_RPC_RUN:
		step_run(rpc, ctx, out);
		break;
	}
}

void
api_rpc_cancel(struct api_rpc *rpc)
{
	free(rpc->text);
	*rpc = (struct api_rpc){0};
}
