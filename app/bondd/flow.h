/* SPDX-License-Identifier: BSD-3-Clause */
/* flow.h - the frame that some header fields describe: what flow.lookup asks the hash about. */
#ifndef FLOW_H
#define FLOW_H

#include <stddef.h>
#include <stdint.h>

#include "bond_hash.h"

#define FLOW_FRAME_SIZE 128
#define FLOW_TEXT_SIZE  48 /* of a value as text */

/* The fields that can be given; the rows in flow.c have their names. */
enum flow_key {
	FLOW_SRC_MAC,
	FLOW_DST_MAC,
	FLOW_VLAN,
	FLOW_SRC,
	FLOW_DST,
	FLOW_PROTO,
	FLOW_SPORT,
	FLOW_DPORT,
	FLOW_KEYS
};

/* Beyond the numbers of IP protocols: what is no IP. */
#define FLOW_PROTO_ARP  256U
#define FLOW_PROTO_NONE 257U

struct flow {
	uint32_t given; /* bit k: enum flow_key k was set */
	uint8_t mac[2][6];
	uint16_t vlan;
	uint8_t version;        /* 4, 6; 0: no IP, or not yet known */
	uint8_t address[2][16]; /* of IPv4 the first four octets */
	uint32_t proto;         /* number of an IP protocol, or FLOW_PROTO_* */
	uint16_t port[2];
};

/** @return "src_mac" and so on */
const char *flow_key_name(enum flow_key key);

/**
 * Set a field. Any thread, as all of these.
 * @param text its value as a user writes it
 * @param why on failure one sentence that names the key, the value and what is allowed
 * @return 0 or -EINVAL
 */
int flow_set(struct flow *f, enum flow_key key, const char *text, char *why, size_t len);

/**
 * All fields that are to be set have been: check them together and fill in the others.
 * @param own_mac whose frames they are: the default of src_mac
 * @param why as flow_set()
 * @return 0 or -EINVAL
 */
int flow_complete(struct flow *f, const uint8_t own_mac[6], char *why, size_t len);

/** Write a field as a user would. @param text [FLOW_TEXT_SIZE] @return text */
const char *flow_text(const struct flow *f, enum flow_key key, char *text);

/** Build the frame of a complete flow, without FCS. @return its length */
size_t flow_frame(const struct flow *f, uint8_t frame[FLOW_FRAME_SIZE]);

/** @return bit k: who hashes so looks at field k of this flow */
uint32_t flow_looked_at(const struct flow *f, const struct bond_hash_conf *conf);

#endif
