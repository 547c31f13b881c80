/* SPDX-License-Identifier: BSD-3-Clause */
/* api_rpc.c - JSON-RPC 2.0: from a line to calls of methods, and from their results to a line. */
#include <errno.h>
#include <stdarg.h>
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

/* @return the answer, NULL when none is due or possible; *failed tells them apart */
static json_t *
answer(const struct api_context *ctx, const json_t *request, bool *failed)
{
	const char *fault = request_fault(request);
	const json_t *id = json_object_get(request, "id");
	struct api_call call = {.ctx = ctx};
	json_t *result = NULL, *text;
	int rc;

	if (fault) {
		text = error_answer(id && id_is_legal(id) ? id : NULL, API_EREQUEST, fault);
		*failed = !text;
		return text;
	}
	rc = call_method(&call, request, &result);
	if (!id) { /* a notification: not even errors are answered */
		json_decref(result);
		return NULL;
	}
	if (rc)
		text = error_answer(id, rc, call.error);
	else
		text = json_pack("{s:s, s:o, s:o}", "jsonrpc", "2.0", "result", result, "id",
				 json_deep_copy(id));
	*failed = !text;
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

static bool
is_blank(const char *line, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r')
			return false;
	return true;
}

void
api_rpc_begin(struct api_rpc *rpc, const char *line, size_t len, struct api_buf *out)
{
	char message[JSON_ERROR_TEXT_LENGTH + 64];
	json_error_t err;

	*rpc = (struct api_rpc){0};
	if (is_blank(line, len))
		return;
	rpc->request = json_loadb(line, len, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &err);
	if (!rpc->request) {
		snprintf(message, sizeof(message), "this is not JSON, at octet %d: %s",
			 err.position, err.text);
		api_rpc_error_line(out, API_EPARSE, message);
	} else if (json_is_array(rpc->request) && json_array_size(rpc->request) == 0) {
		api_rpc_error_line(out, API_EREQUEST, "the batch is empty");
		api_rpc_cancel(rpc);
	}
}

bool
api_rpc_busy(const struct api_rpc *rpc)
{
	return rpc->request;
}

void
api_rpc_step(struct api_rpc *rpc, const struct api_context *ctx, struct api_buf *out)
{
	const bool batch = json_is_array(rpc->request);
	const json_t *request = batch ? json_array_get(rpc->request, rpc->next) : rpc->request;
	const bool last = !batch || rpc->next + 1 == json_array_size(rpc->request);
	bool failed = false;
	json_t *text = answer(ctx, request, &failed);

	out->failed |= failed;
	if (text) {
		if (batch)
			api_buf_append(out, rpc->answered ? "," : "[", 1);
		api_buf_json(out, text);
		rpc->answered = true;
		json_decref(text);
	}
	rpc->next++;
	if (!last)
		return;
	if (rpc->answered)
		api_buf_append(out, batch ? "]\n" : "\n", batch ? 2 : 1);
	api_rpc_cancel(rpc);
}

void
api_rpc_cancel(struct api_rpc *rpc)
{
	json_decref(rpc->request);
	*rpc = (struct api_rpc){0};
}
