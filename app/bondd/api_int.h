/* SPDX-License-Identifier: BSD-3-Clause */
/* api_int.h - the parts of the JSON-RPC socket among themselves: text, calls, methods, clients. */
#ifndef API_INT_H
#define API_INT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "api.h"
#include "bondd.h"

/* What the socket takes before it protects itself. docs/api.md quotes them. */
#define API_CLIENTS_MAX 64
#define API_LINE_MAX    (1u << 20)  /* octets of one request line */
#define API_REQUEST_MAX (16u << 10) /* octets of one request, alone or in a batch */
#define API_UNSENT_MAX  (4u << 20)  /* octets that wait for a client to read them */

/* Codes of JSON-RPC 2.0. An operation that was refused has -errno. */
#define API_EPARSE    (-32700)
#define API_EREQUEST  (-32600)
#define API_EMETHOD   (-32601)
#define API_EPARAMS   (-32602)
#define API_EINTERNAL (-32603)

/* Octets with a beginning that moves: what was not consumed yet. */
struct api_buf {
	char *data;
	size_t at, len, cap; /* data[at] to data[len - 1] are in it */
	bool failed;         /* no memory: something is missing; stays until freed */
};

void api_buf_append(struct api_buf *b, const void *data, size_t len);

/** @return where to write up to room octets, to be followed by b->len += written; NULL: no memory */
char *api_buf_reserve(struct api_buf *b, size_t room);

/** Forget the first n octets. */
void api_buf_consume(struct api_buf *b, size_t n);

size_t api_buf_size(const struct api_buf *b);

void api_buf_free(struct api_buf *b);

/** Append a JSON text without newline. @param json of valid strings only; NULL: no memory */
void api_buf_json(struct api_buf *b, const json_t *json);

/* How busy the workers were lately. */
struct api_load {
	uint64_t since; /* ns; when the counts below were taken */
	uint64_t busy[DP_MAX_WORKERS], all[DP_MAX_WORKERS]; /* cycles */
	double ratio[DP_MAX_WORKERS];
};

/** Take the ratio over the time since the last call, if that was a second ago. */
void api_load_update(struct api_load *load, const struct dp *dp, uint64_t now);

/* What a client wants to be told of. */
struct api_sub {
	bool on;
	uint64_t next_seq;         /* of the event to send next */
	char bond[BOND_NAME_SIZE]; /* "": of every bond */
};

/** Append a notification for each event that is due. */
void api_sub_pump(struct api_sub *sub, const struct eventlog *log, struct api_buf *out);

/* Where calls of one client act. */
struct api_context {
	struct bondd *d;
	const struct api_load *load;
	struct api_sub *sub;
};

/* A method's answer: not yet, call me again in a later turn. */
#define API_LATER 1

/* One call of a method. */
struct api_call {
	const struct api_context *ctx;
	const json_t *params; /* an object that agrees with the method's rows */
	bool again;           /* it said API_LATER before */
	char error[1024];     /* the sentence, when the result is not 0 */
};

/** Fill the sentence. @return code */
__attribute__((format(printf, 3, 4))) int
api_refuse(struct api_call *call, int code, const char *fmt, ...);

enum api_type {
	API_STRING,
	API_COUNT, /* an integer that is not negative */
	API_VALUE, /* a string or an integer: the method says which */
	API_OBJECT,
};

struct api_param {
	const char *name; /* NULL ends a table */
	enum api_type type;
	bool required;
	const char *doc;
};

/* All there is to know about a method. A new method is a new row. */
struct api_method {
	const char *name; /* NULL ends the table */
	/*
	 * @return 0 with *result, a code with call->error, or API_LATER; *result NULL after 0: no
	 * memory
	 */
	int (*run)(struct api_call *call, json_t **result);
	const struct api_param *params; /* NULL: none */
	bool changes;                   /* the daemon's state */
	const char *doc;
	const char *result; /* for the reference */
};

extern const struct api_method api_methods[];

/** @return the method of that name, NULL if there is none; then *guess is one like it or NULL */
const struct api_method *api_method_find(const char *name, const char **guess);

/**
 * Check params against the rows of a method.
 * @param given an object, an array (values in the order of the rows) or NULL
 * @param params an object for the call, to be released; NULL on failure
 * @return 0, API_EPARAMS or API_EINTERNAL with call->error
 */
int api_params_check(struct api_call *call, const struct api_method *method, const json_t *given,
		     json_t **params);

/** @return the value of a string parameter, NULL when it was not given */
const char *api_param_string(const struct api_call *call, const char *name);

/** @return the bond that the parameter "bond" names; NULL with call->error: -ENODEV */
struct bondd_bond *api_param_bond(struct api_call *call);

/** @return a JSON string of any octets: what is not UTF-8 becomes '?' */
json_t *api_string(const char *text);

/** @return as api_string(), null for "" and NULL */
json_t *api_string_or_null(const char *text);

json_t *api_mac(const uint8_t mac[6]);

/** Put a value into an object under construction. @param value stolen, NULL is noted by *failed */
void api_put(json_t *object, const char *key, json_t *value, bool *failed);

/** Put what the monitors of a member say: BFD and flap damping; null where there is none. */
void api_put_monitors(json_t *o, const struct bondd_bond *b, uint8_t slot, bool *failed);

/** @return `balance` of bond.get. @param max_clients how many to list; NULL: no list */
json_t *api_balance(const struct bondd_bond *b, const json_t *max_clients, bool *failed);

/** What a member of such a bond has beside. */
void api_put_balance_member(json_t *o, const struct bondd_bond *b, uint8_t slot, bool *failed);

/** Put the counters of a port into an object under construction. @param port may be NULL */
void api_put_counters(json_t *object, const struct bondd *d, const struct dp_port *port,
		      bool details, bool *failed);

/** @return [workers] of daemon.info and stats.get */
json_t *api_workers(const struct api_context *ctx, bool details);

/** @return options{} of bond.get: every option that a configuration can have, in Linux's words */
json_t *api_bond_options(const struct bondd_bond *b);

/** @return options{} of a member */
json_t *api_member_options(const struct bond_member_options *options);

struct conf_field;

/** @return the settings that differ, with their new values; NULL: no memory */
json_t *api_changed(const struct conf_field *fields, const void *before, const void *after);

/** @return a member as bond.get shows it */
json_t *api_member(const struct bondd_bond *b, uint8_t slot, bool *failed);

/** @return slot of the member that the parameter "member" names; BOND_NONE with -ENODEV's sentence */
uint8_t api_param_member(struct api_call *call, const struct bondd_bond *bond);

/* Settings that a client gave, on their way into a struct of the configuration. */
struct api_settings {
	uint32_t mode;                     /* of the bond */
	bool live;                         /* only those that can change while it runs */
	const char *how;                   /* with live: how others are changed */
	unsigned int n_refused, n_choices; /* n_choices: rows given of which one is needed */
	char refused[768];                 /* a sentence for each, with "; " between them */
};

/** Take over what was given, row by row; what is not given stays. */
void api_settings_take(struct api_settings *s, const json_t *given, const struct conf_field *fields,
		       const char *const *later, void *base);

/** Every row that has a default gets it. @return 0 or -EINVAL with why */
int api_settings_default(const struct conf_field *fields, void *base, char *why, size_t len);

/**
 * Check one bond's settings by all rules, together with the others'.
 * @param checked to be freed with conf_free() @param bond the bond in it
 * @return 0, or a code with call->error
 */
int api_check_bond(struct api_call *call, const struct bondd_bond *b,
		   const struct conf_bond *wanted, struct conf **checked, struct conf_bond **bond);

/** @return "auto", "tap" ...: as the configuration writes it */
json_t *api_host_type(uint32_t type);

/** @return lacp{} of bond.get: own system, active aggregator, partner; null without LACP */
json_t *api_lacp_bond(const struct bond *b, bool *failed);

/** Put what a member of bond.get says about LACP into an object under construction. */
void api_put_lacp_member(json_t *object, const struct bond *b, uint8_t slot, bool *failed);

/* The handlers, by file. */
int api_bond_get(struct api_call *call, json_t **result);
int api_bond_set(struct api_call *call, json_t **result);
int api_config_get(struct api_call *call, json_t **result);
int api_flow_lookup(struct api_call *call, json_t **result);
int api_lacp_get(struct api_call *call, json_t **result);
int api_member_activate(struct api_call *call, json_t **result);
int api_member_add(struct api_call *call, json_t **result);
int api_member_remove(struct api_call *call, json_t **result);
int api_member_set(struct api_call *call, json_t **result);
int api_stats_get(struct api_call *call, json_t **result);
int api_event_list(struct api_call *call, json_t **result);
int api_event_subscribe(struct api_call *call, json_t **result);
int api_event_unsubscribe(struct api_call *call, json_t **result);

enum api_piece {
	API_PIECE,        /* an element, and more behind it */
	API_PIECE_LAST,   /* the last one */
	API_PIECE_LONG,   /* longer than API_REQUEST_MAX */
	API_PIECE_BROKEN, /* the array does not end, or something follows */
};

/** @return index of the first octet from at on that is not white space, len when there is none */
size_t api_blank(const char *text, size_t at, size_t len);

/** Is there nothing but the end of the array? @param at behind its first bracket */
bool api_batch_is_empty(const char *text, size_t at, size_t len);

/**
 * Find the next element of an array: from *at to the comma or bracket that ends it.
 * @param at where the element begins; then where the next one does
 * @param piece_len its length, with API_PIECE and API_PIECE_LAST; whether it is JSON is not said
 */
enum api_piece api_batch_next(const char *text, size_t *at, size_t len, size_t *piece_len);

enum api_rpc_stage { API_RPC_SINGLE, API_RPC_CHECK, API_RPC_RUN };

/* A line on its way: one request a step, each of a batch once to check and once to run. */
struct api_rpc {
	char *text; /* a copy of the line; NULL: idle */
	size_t len;
	enum api_rpc_stage stage;
	size_t first, at; /* batch: where its first, its next request begins */
	bool answered;    /* batch: its answer has begun */
	bool waits;       /* the method of the request wants to be called again */
	bool again;       /* it has said so */
};

/** Take a line. */
void api_rpc_begin(struct api_rpc *rpc, const char *line, size_t len, struct api_buf *out);

bool api_rpc_busy(const struct api_rpc *rpc);

/** Do the next piece of work for the line taken; only while busy and not waiting. */
void api_rpc_step(struct api_rpc *rpc, const struct api_context *ctx, struct api_buf *out);

/** Forget the line taken. */
void api_rpc_cancel(struct api_rpc *rpc);

/** Append one line with an error that belongs to no request. */
void api_rpc_error_line(struct api_buf *out, int code, const char *message);

/* A connection. */
struct api_client {
	struct loop_source source;
	struct api *api;
	struct api_context ctx;
	uint32_t watched; /* epoll events */
	struct api_buf in, out;
	bool has_line;
	size_t line_len; /* octets of the next line, or of what there is of it */
	size_t scanned;  /* octets of in after its beginning that hold no newline */
	struct api_rpc rpc;
	struct api_sub sub;
	bool eof;              /* it will send no more */
	bool broken;           /* it will read no more */
	bool closing;          /* to be closed when out is empty */
	bool dead;             /* to be freed by the server */
	unsigned int patience; /* seconds that it should have gone and reads nothing */
};

/** @return NULL: no memory, or epoll refuses; then fd is closed */
struct api_client *api_client_open(struct api *api, int fd, const struct api_context *ctx);

void api_client_free(struct api_client *c);

/** Has it a request that could run now? */
bool api_client_has_work(const struct api_client *c);

/** Could its work go on now? Not while a method waits for a later turn. */
bool api_client_can_work(const struct api_client *c);

/** Parse one line or run one request of it; only when it can work. */
void api_client_work(struct api_client *c);

/** Send the events that it has subscribed to, unless an answer is under way. */
void api_client_pump(struct api_client *c);

/** Is it to go, and reads nothing that is left for it? Once a second. */
bool api_client_overdue(struct api_client *c);

/** Something happened to a client: run work, free the dead, soon. From any callback. */
void api_kick(struct api *api);

/** Bind and listen. @return the descriptor, or -errno with err */
int api_socket_listen(const char *path, const struct conf_telemetry *conf, struct conf_err *err);

#endif
