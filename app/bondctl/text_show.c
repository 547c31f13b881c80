/* SPDX-License-Identifier: BSD-3-Clause */
/* text_show.c - a bond in the layout of Linux's /proc/net/bonding, which many programs parse. */
#include <string.h>

#include "bondctl.h"

/* A line: label and value, where there is something to say. A new line is a new row. */
struct row {
	const char *label; /* NULL ends a table */
	void (*value)(FILE *f, const json_t *bond, const json_t *o, const char *path);
	const char *path; /* of the value in o: the bond or a member of it */
	bool (*when)(const json_t *bond, const json_t *o); /* NULL: always */
	bool admin; /* only for a reader with CAP_NET_ADMIN */
};

enum { RR, AB, XOR, BROADCAST, AD, TLB, ALB, MODES };

static const char *const mode_titles[MODES] = {
	[RR] = "load balancing (round-robin)",
	[AB] = "fault-tolerance (active-backup)",
	[XOR] = "load balancing (xor)",
	[BROADCAST] = "fault-tolerance (broadcast)",
	[AD] = "IEEE 802.3ad Dynamic link aggregation",
	[TLB] = "transmit load balancing",
	[ALB] = "adaptive load balancing",
};

static const char *const hash_policies[] = {
	"layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac",
};

static unsigned int
mode_of(const json_t *bond)
{
	return (unsigned int)text_number(bond, "mode_number");
}

static bool
has_active(const json_t *bond, const json_t *o)
{
	const unsigned int mode = mode_of(bond);

	(void)o;
	return mode == AB || mode == TLB || mode == ALB;
}

static bool
hashes(const json_t *bond, const json_t *o)
{
	const unsigned int mode = mode_of(bond);

	(void)o;
	if (mode == TLB || mode == ALB)
		return text_number(bond, "options.tlb_dynamic_lb") < 1;
	return mode == XOR || mode == AD;
}

static bool
probes(const json_t *bond, const json_t *o)
{
	(void)o;
	return text_number(bond, "options.arp_interval") > 0;
}

static bool
negotiates(const json_t *bond, const json_t *o)
{
	(void)o;
	return mode_of(bond) == AD;
}

static bool
has_aggregator(const json_t *bond, const json_t *o)
{
	return negotiates(bond, o) && json_is_integer(text_at(o, "lacp.active_aggregator"));
}

static bool
lacks_aggregator(const json_t *bond, const json_t *o)
{
	return negotiates(bond, o) && !has_aggregator(bond, o);
}

/* A member outside every aggregator has no more lines. */
static bool
is_aggregated(const json_t *bond, const json_t *o)
{
	return negotiates(bond, o) && json_is_integer(text_at(o, "aggregator_id"));
}

static void
mode(FILE *f, const json_t *bond, const json_t *o, const char *path)
{
	const unsigned int number = mode_of(bond);
	const char *mac = text_string(o, path, "none");

	fputs(number < MODES ? mode_titles[number] : "unknown", f);
	if (number == AB && strcmp(mac, "none") != 0)
		fprintf(f, " (fail_over_mac %s)", mac);
}

static void
hash_policy(FILE *f, const json_t *bond, const json_t *o, const char *path)
{
	const char *policy = text_string(o, path, "layer2"); /* the default, where it is fixed */

	(void)bond;
	fputs(policy, f);
	for (size_t i = 0; i < sizeof(hash_policies) / sizeof(hash_policies[0]); i++)
		if (strcmp(hash_policies[i], policy) == 0)
			fprintf(f, " (%zu)", i);
}

static bool
has_member(const json_t *bond, const char *name)
{
	const json_t *member;
	size_t i;

	json_array_foreach (text_at(bond, "members"), i, member)
		if (strcmp(text_string(member, "name", ""), name) == 0)
			return true;
	return false;
}

/* A primary that is yet to come is none. */
static void
primary(FILE *f, const json_t *bond, const json_t *o, const char *path)
{
	const char *name = text_string(o, path, "");

	if (*name && has_member(bond, name))
		fprintf(f, "%s (primary_reselect %s)", name,
			text_string(bond, "options.primary_reselect", "always"));
	else
		fputs("None", f);
}

static void
text_or_none(FILE *f, const json_t *bond, const json_t *o, const char *path)
{
	(void)bond;
	fputs(text_string(o, path, "None"), f);
}

static void
text_or_unknown(FILE *f, const json_t *bond, const json_t *o, const char *path)
{
	(void)bond;
	fputs(text_string(o, path, "Unknown"), f);
}

static void
status(FILE *f, const json_t *bond, const json_t *o, const char *path)
{
	const json_t *value = text_at(o, path);

	(void)bond;
	fputs(json_is_boolean(value) ? json_is_true(value) ? "up" : "down"
				     : text_string(o, path, "unknown"),
	      f);
}

static void
number(FILE *f, const json_t *bond, const json_t *o, const char *path)
{
	(void)bond;
	fprintf(f, "%.0f", text_number(o, path));
}

static void
speed(FILE *f, const json_t *bond, const json_t *o, const char *path)
{
	const double mbps = text_number(o, path);

	(void)bond;
	if (mbps > 0)
		fprintf(f, "%.0f Mbps", mbps);
	else
		fputs("Unknown", f);
}

static void
number_or_na(FILE *f, const json_t *bond, const json_t *o, const char *path)
{
	if (json_is_integer(text_at(o, path)))
		number(f, bond, o, path);
	else
		fputs("N/A", f);
}

static void
on_or_off(FILE *f, const json_t *bond, const json_t *o, const char *path)
{
	(void)bond;
	fputs(text_number(o, path) > 0 ? "on" : "off", f);
}

/* The label is all. */
static void
nothing(FILE *f, const json_t *bond, const json_t *o, const char *path)
{
	(void)f;
	(void)bond;
	(void)o;
	(void)path;
}

static void
no_aggregator(FILE *f, const json_t *bond, const json_t *o, const char *path)
{
	(void)bond;
	fprintf(f, "%s has no active aggregator", text_string(o, path, "-"));
}

static void
list(FILE *f, const json_t *bond, const json_t *o, const char *path)
{
	const json_t *value;
	size_t i;

	(void)bond;
	json_array_foreach (text_at(o, path), i, value)
		fprintf(f, "%s %s", i ? "," : "", json_string_value(value));
}

static const struct row bond_rows[] = {
	{"Bonding Mode: ", mode, "options.fail_over_mac"},
	{"Transmit Hash Policy: ", hash_policy, "options.xmit_hash_policy", hashes},
	{"Primary Slave: ", primary, "options.primary", has_active},
	{"Currently Active Slave: ", text_or_none, "active_member", has_active},
	{"MII Status: ", status, "carrier"},
	{"MII Polling Interval (ms): ", number, "options.miimon"},
	{"Up Delay (ms): ", number, "options.updelay"},
	{"Down Delay (ms): ", number, "options.downdelay"},
	{"Peer Notification Delay (ms): ", number, "options.peer_notif_delay"},
	{"ARP Polling Interval (ms): ", number, "options.arp_interval", probes},
	{"ARP Missed Max: ", number, "options.arp_missed_max", probes},
	{"ARP IP target/s (n.n.n.n form):", list, "options.arp_ip_target", probes},
	{"NS IPv6 target/s (xx::xx form):", list, "options.ns_ip6_target", probes},
	{"\n802.3ad info", nothing, "", negotiates},
	{"LACP active: ", on_or_off, "options.lacp_active", negotiates},
	{"LACP rate: ", text_or_unknown, "options.lacp_rate", negotiates},
	{"Min links: ", number, "options.min_links", negotiates},
	{"Aggregator selection policy (ad_select): ", text_or_unknown, "options.ad_select",
	 negotiates},
	{"System priority: ", number, "lacp.system_priority", negotiates, true},
	{"System MAC address: ", text_or_unknown, "lacp.system_mac", negotiates, true},
	{"bond ", no_aggregator, "name", lacks_aggregator, true},
	{"Active Aggregator Info:", nothing, "", has_aggregator, true},
	{"\tAggregator ID: ", number, "lacp.active_aggregator", has_aggregator, true},
	{"\tNumber of ports: ", number, "lacp.ports", has_aggregator, true},
	{"\tActor Key: ", number, "lacp.actor_key", has_aggregator, true},
	{"\tPartner Key: ", number, "lacp.partner_key", has_aggregator, true},
	{"\tPartner Mac Address: ", text_or_unknown, "lacp.partner_mac", has_aggregator, true},
	{NULL},
};

static const struct row member_rows[] = {
	{"Slave Interface: ", text_or_none, "name"},
	{"MII Status: ", status, "link"},
	{"Speed: ", speed, "speed_mbps"},
	{"Duplex: ", text_or_unknown, "duplex"},
	{"Link Failure Count: ", number, "link_failure_count"},
	{"Permanent HW addr: ", text_or_unknown, "perm_hwaddr"},
	{"Slave queue ID: ", number, "options.queue_id"},
	{"Aggregator ID: ", number_or_na, "aggregator_id", negotiates},
	{"Actor Churn State: ", text_or_unknown, "lacp.churn.actor", is_aggregated},
	{"Partner Churn State: ", text_or_unknown, "lacp.churn.partner", is_aggregated},
	{"Actor Churned Count: ", number, "lacp.churn.actor_count", is_aggregated},
	{"Partner Churned Count: ", number, "lacp.churn.partner_count", is_aggregated},
	{"details actor lacp pdu:", nothing, "", is_aggregated, true},
	{"    system priority: ", number, "lacp.actor.system_priority", is_aggregated, true},
	{"    system mac address: ", text_or_unknown, "lacp.actor.system", is_aggregated, true},
	{"    port key: ", number, "lacp.actor.key", is_aggregated, true},
	{"    port priority: ", number, "lacp.actor.port_priority", is_aggregated, true},
	{"    port number: ", number, "lacp.actor.port", is_aggregated, true},
	{"    port state: ", number, "lacp.actor.state", is_aggregated, true},
	{"details partner lacp pdu:", nothing, "", is_aggregated, true},
	{"    system priority: ", number, "lacp.partner.system_priority", is_aggregated, true},
	{"    system mac address: ", text_or_unknown, "lacp.partner.system", is_aggregated, true},
	{"    oper key: ", number, "lacp.partner.key", is_aggregated, true},
	{"    port priority: ", number, "lacp.partner.port_priority", is_aggregated, true},
	{"    port number: ", number, "lacp.partner.port", is_aggregated, true},
	{"    port state: ", number, "lacp.partner.state", is_aggregated, true},
	{NULL},
};

static void
print_rows(FILE *f, const struct row *rows, const json_t *bond, const json_t *o, bool admin)
{
	for (const struct row *r = rows; r->label; r++) {
		if ((r->when && !r->when(bond, o)) || (r->admin && !admin))
			continue;
		fputs(r->label, f);
		r->value(f, bond, o, r->path);
		fputc('\n', f);
	}
}

void
text_show(FILE *f, const json_t *bond, const char *version, bool admin)
{
	const json_t *member;
	size_t i;

	fprintf(f, "Ethernet Channel Bonding Driver: v%s\n\n", version);
	print_rows(f, bond_rows, bond, bond, admin);
	json_array_foreach (text_at(bond, "members"), i, member) {
		fputc('\n', f);
		print_rows(f, member_rows, bond, member, admin);
	}
}
