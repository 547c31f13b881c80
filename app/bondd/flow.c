/* SPDX-License-Identifier: BSD-3-Clause */
/* flow.c - header fields by name: from text, checked together, made into a frame. */
#include "flow.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bond_hash.h"
#include "conf_field.h"

#define BIT(key)       (1U << (key))
#define MACS           (BIT(FLOW_SRC_MAC) | BIT(FLOW_DST_MAC))
#define ADDRESSES      (BIT(FLOW_SRC) | BIT(FLOW_DST))
#define PORTS          (BIT(FLOW_SPORT) | BIT(FLOW_DPORT))
#define TYPE_IPV4      0x0800
#define TYPE_ARP       0x0806
#define TYPE_VLAN      0x8100
#define TYPE_IPV6      0x86dd
#define TYPE_LOCAL     0x88b5 /* for experiments of whoever likes: neither IP nor ARP */
#define ICMP_ECHO      8
#define ICMPV6_ECHO    128
#define PAYLOAD_OCTETS 46 /* makes every frame long enough */

static const struct proto {
	const char *name;
	uint32_t number;
	bool has_ports;
} protos[] = {
	{"tcp", 6, true},
	{"udp", 17, true},
	{"sctp", 132, true},
	{"dccp", 33, true},
	{"udplite", 136, true},
	{"icmp", 1, false},
	{"icmpv6", 58, false},
	{"igmp", 2, false},
	{"gre", 47, false},
	{"esp", 50, false},
	{"ah", 51, false},
	{"arp", FLOW_PROTO_ARP, false},
	{"none", FLOW_PROTO_NONE, false},
};

#define N_PROTOS (sizeof(protos) / sizeof(protos[0]))

static const struct proto *
proto_of(uint32_t number)
{
	for (size_t i = 0; i < N_PROTOS; i++)
		if (protos[i].number == number)
			return &protos[i];
	return NULL;
}

static bool
has_ports(const struct flow *f)
{
	const struct proto *p = proto_of(f->proto);

	return f->version != 0 && p && p->has_ports;
}

/* A row: how a field is read and written. */
struct row {
	const char *name;
	int (*set)(struct flow *f, const struct row *row, const char *text, struct conf_why why);
	void (*text)(const struct flow *f, const struct row *row, char *text);
	unsigned int end; /* 0: source, 1: destination */
};

static int
set_mac(struct flow *f, const struct row *row, const char *text, struct conf_why why)
{
	if (!conf_mac_parse(text, f->mac[row->end]))
		return conf_value_refuse(
			why, "%s \"%.60s\": must be a MAC address like 02:00:00:00:00:01",
			row->name, text);
	return 0;
}

static void
text_mac(const struct flow *f, const struct row *row, char *text)
{
	const uint8_t *m = f->mac[row->end];

	snprintf(text, FLOW_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3],
		 m[4], m[5]);
}

/* @return the number, or max + 1 when the text is none or it is too large */
static uint32_t
number_of(const char *text, uint32_t max)
{
	const size_t n = strlen(text);
	unsigned long value;

	if (n == 0 || n > 9 || strspn(text, "0123456789") != n)
		return max + 1;
	value = strtoul(text, NULL, 10);
	return value > max ? max + 1 : (uint32_t)value;
}

static int
set_vlan(struct flow *f, const struct row *row, const char *text, struct conf_why why)
{
	const uint32_t id = number_of(text, 4094);

	if (id > 4094)
		return conf_value_refuse(why, "%s \"%.60s\": must be a VLAN ID from 0 to 4094",
					 row->name, text);
	f->vlan = (uint16_t)id;
	return 0;
}

static void
text_vlan(const struct flow *f, const struct row *row, char *text)
{
	(void)row;
	if (f->given & BIT(FLOW_VLAN))
		snprintf(text, FLOW_TEXT_SIZE, "%u", f->vlan);
	else
		snprintf(text, FLOW_TEXT_SIZE, "none");
}

static int
set_address(struct flow *f, const struct row *row, const char *text, struct conf_why why)
{
	uint8_t version = 4;

	if (inet_pton(AF_INET, text, f->address[row->end]) != 1) {
		version = 6;
		if (inet_pton(AF_INET6, text, f->address[row->end]) != 1)
			return conf_value_refuse(why,
						 "%s \"%.60s\": must be an IPv4 or IPv6 address",
						 row->name, text);
	}
	if (f->version != 0 && f->version != version)
		return conf_value_refuse(
			why,
			"%s \"%.60s\": is IPv%u, the other address IPv%u; both must be "
			"of one kind",
			row->name, text, version, f->version);
	f->version = version;
	return 0;
}

static void
text_address(const struct flow *f, const struct row *row, char *text)
{
	inet_ntop(f->version == 6 ? AF_INET6 : AF_INET, f->address[row->end], text, FLOW_TEXT_SIZE);
}

static int
set_proto(struct flow *f, const struct row *row, const char *text, struct conf_why why)
{
	struct conf_guess guess = conf_guess_begin(text);
	char list[128] = "";

	f->proto = number_of(text, 255);
	if (f->proto <= 255)
		return 0;
	for (size_t i = 0; i < N_PROTOS; i++) {
		if (strcmp(protos[i].name, text) == 0) {
			f->proto = protos[i].number;
			return 0;
		}
		conf_guess_try(&guess, protos[i].name);
		conf_append(list, sizeof(list), "%s%s", i ? ", " : "", protos[i].name);
	}
	return conf_value_refuse(why,
				 "%s \"%.60s\": must be a number from 0 to 255 or one of %s%s%s%s",
				 row->name, text, list, guess.best ? "; did you mean \"" : "",
				 guess.best ? guess.best : "", guess.best ? "\"?" : "");
}

static void
text_proto(const struct flow *f, const struct row *row, char *text)
{
	const struct proto *p = proto_of(f->proto);

	(void)row;
	if (p)
		snprintf(text, FLOW_TEXT_SIZE, "%s", p->name);
	else
		snprintf(text, FLOW_TEXT_SIZE, "%u", f->proto);
}

static int
set_port(struct flow *f, const struct row *row, const char *text, struct conf_why why)
{
	const uint32_t port = number_of(text, UINT16_MAX);

	if (port > UINT16_MAX)
		return conf_value_refuse(why, "%s \"%.60s\": must be a port from 0 to 65535",
					 row->name, text);
	f->port[row->end] = (uint16_t)port;
	return 0;
}

static void
text_port(const struct flow *f, const struct row *row, char *text)
{
	snprintf(text, FLOW_TEXT_SIZE, "%u", f->port[row->end]);
}

static const struct row rows[FLOW_KEYS] = {
	[FLOW_SRC_MAC] = {"src_mac", set_mac, text_mac, 0},
	[FLOW_DST_MAC] = {"dst_mac", set_mac, text_mac, 1},
	[FLOW_VLAN] = {"vlan", set_vlan, text_vlan, 0},
	[FLOW_SRC] = {"src", set_address, text_address, 0},
	[FLOW_DST] = {"dst", set_address, text_address, 1},
	[FLOW_PROTO] = {"proto", set_proto, text_proto, 0},
	[FLOW_SPORT] = {"sport", set_port, text_port, 0},
	[FLOW_DPORT] = {"dport", set_port, text_port, 1},
};

const char *
flow_key_name(enum flow_key key)
{
	return rows[key].name;
}

int
flow_set(struct flow *f, enum flow_key key, const char *text, char *why, size_t len)
{
	const int rc = rows[key].set(f, &rows[key], text, (struct conf_why){why, len});

	if (rc == 0)
		f->given |= BIT(key);
	return rc;
}

const char *
flow_text(const struct flow *f, enum flow_key key, char *text)
{
	rows[key].text(f, &rows[key], text);
	return text;
}

/* Refuse what was given and makes no sense. */
static int
refuse_key(const struct flow *f, enum flow_key key, struct conf_why why, const char *sentence)
{
	char value[FLOW_TEXT_SIZE];

	return conf_value_refuse(why, "%s \"%s\": %s", rows[key].name, flow_text(f, key, value),
				 sentence);
}

static int
check_ports(const struct flow *f, struct conf_why why)
{
	const enum flow_key key = f->given & BIT(FLOW_SPORT) ? FLOW_SPORT : FLOW_DPORT;

	if (!(f->given & PORTS) || has_ports(f))
		return 0;
	if (f->version == 0)
		return refuse_key(f, key, why,
				  "needs src or dst, which say whether it is IPv4 or IPv6");
	return refuse_key(f, key, why, "only tcp, udp, sctp, dccp and udplite have ports");
}

int
flow_complete(struct flow *f, const uint8_t own_mac[6], char *text, size_t len)
{
	const struct conf_why why = {text, len};

	if (!(f->given & BIT(FLOW_PROTO)))
		f->proto = f->version ? proto_of(6)->number : FLOW_PROTO_ARP;
	if (!(f->given & BIT(FLOW_SRC_MAC)))
		memcpy(f->mac[0], own_mac, 6);
	if (!(f->given & BIT(FLOW_DST_MAC)) && f->proto == FLOW_PROTO_ARP)
		memset(f->mac[1], 0xff, 6);
	if (f->version == 0 && f->proto < FLOW_PROTO_ARP)
		return refuse_key(f, FLOW_PROTO, why,
				  "needs src or dst, which say whether it is IPv4 or IPv6");
	if (f->version != 0 && f->proto >= FLOW_PROTO_ARP)
		return refuse_key(f, FLOW_PROTO, why, "is no IP, so it takes neither src nor dst");
	return check_ports(f, why);
}

static uint8_t *
put16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
	return at + 2;
}

static uint16_t
type_of(const struct flow *f)
{
	if (f->version != 0)
		return f->version == 4 ? TYPE_IPV4 : TYPE_IPV6;
	return f->proto == FLOW_PROTO_ARP ? TYPE_ARP : TYPE_LOCAL;
}

static uint8_t *
put_ipv4(uint8_t *at, const struct flow *f)
{
	at[0] = 0x45;
	put16(at + 2, 20 + PAYLOAD_OCTETS);
	at[8] = 64;
	at[9] = (uint8_t)f->proto;
	memcpy(at + 12, f->address[0], 4);
	memcpy(at + 16, f->address[1], 4);
	return at + 20;
}

static uint8_t *
put_ipv6(uint8_t *at, const struct flow *f)
{
	at[0] = 0x60;
	put16(at + 4, PAYLOAD_OCTETS);
	at[6] = (uint8_t)f->proto;
	at[7] = 64;
	memcpy(at + 8, f->address[0], 16);
	memcpy(at + 24, f->address[1], 16);
	return at + 40;
}

size_t
flow_frame(const struct flow *f, uint8_t frame[FLOW_FRAME_SIZE])
{
	uint8_t *at = frame + 12;

	memset(frame, 0, FLOW_FRAME_SIZE);
	memcpy(frame, f->mac[1], 6);
	memcpy(frame + 6, f->mac[0], 6);
	if (f->given & BIT(FLOW_VLAN))
		at = put16(put16(at, TYPE_VLAN), f->vlan);
	at = put16(at, type_of(f));
	if (f->version != 0)
		at = f->version == 4 ? put_ipv4(at, f) : put_ipv6(at, f);
	if (has_ports(f))
		put16(put16(at, f->port[0]), f->port[1]);
	else if (f->version == 4 && f->proto == 1)
		at[0] = ICMP_ECHO;
	else if (f->version == 6 && f->proto == 58)
		at[0] = ICMPV6_ECHO;
	return (size_t)(at - frame) + PAYLOAD_OCTETS;
}

uint32_t
flow_looked_at(const struct flow *f, const struct bond_hash_conf *conf)
{
	const uint8_t policy = conf->policy;
	const uint32_t ports = has_ports(f) ? PORTS : 0;

	if (policy == BOND_HASH_VLAN_SRCMAC)
		return BIT(FLOW_VLAN) | (conf->symmetric ? MACS : BIT(FLOW_SRC_MAC));
	if (f->version == 0)
		return MACS | BIT(FLOW_PROTO); /* ARP or not makes the type */
	if (policy == BOND_HASH_LAYER2)
		return MACS;
	if (policy == BOND_HASH_LAYER23 || policy == BOND_HASH_ENCAP23)
		return MACS | ADDRESSES;
	return ADDRESSES | BIT(FLOW_PROTO) | ports;
}
