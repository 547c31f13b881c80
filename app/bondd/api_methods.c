/* SPDX-License-Identifier: BSD-3-Clause */
/* api_methods.c - the table of methods, and the short ones of them. */
#include <string.h>
#include <unistd.h>

#include <rte_version.h>

#include "api_int.h"
#include "conf_field.h"

static int
daemon_info(struct api_call *call, json_t **result)
{
	const struct bondd *d = call->ctx->d;
	json_t *o = json_object();
	bool failed = false;

	api_put(o, "version", json_string(BONDD_VERSION), &failed);
	api_put(o, "dpdk_version", json_string(rte_version()), &failed);
	api_put(o, "pid", json_integer(getpid()), &failed);
	api_put(o, "uptime_s", json_real((double)(d->now - d->started_at) / (double)BOND_SEC),
		&failed);
	api_put(o, "workers", api_workers(call->ctx, false), &failed);
	api_put(o, "config_file", api_string_or_null(d->config_file), &failed);
	if (failed) {
		json_decref(o);
		o = NULL;
	}
	*result = o;
	return 0;
}

static int
bond_list(struct api_call *call, json_t **result)
{
	const struct bondd *d = call->ctx->d;
	json_t *list = json_array();
	bool failed = false;

	for (uint32_t i = 0; i < d->n_bonds; i++)
		if (json_array_append_new(list, api_string(d->bond[i]->core.name)) < 0)
			failed = true;
	if (failed) {
		json_decref(list);
		list = NULL;
	}
	*result = list;
	return 0;
}

static const struct api_param one_bond[] = {
	{"bond", API_STRING, true, "name of the bond"},
	{NULL},
};

static const struct api_param bond_to_get[] = {
	{"bond", API_STRING, true, "name of the bond"},
	{"clients", API_COUNT, false,
	 "list at most this many clients of balance-alb; without it, none"},
	{NULL},
};

static const struct api_param maybe_bond[] = {
	{"bond", API_STRING, false, "only this bond"},
	{NULL},
};

static const struct api_param bond_and_member[] = {
	{"bond", API_STRING, true, "name of the bond"},
	{"member", API_STRING, true, "name of the member"},
	{NULL},
};

static const struct api_param bond_options[] = {
	{"bond", API_STRING, true, "name of the bond"},
	{"options", API_OBJECT, true,
	 "new values by the names of the configuration, as text, number, true or false, or a list; "
	 "a group such as `bfd` is an object, of which only what is named changes, or "
	 "`bfd.interval`"},
	{NULL},
};

static const struct api_param member_options[] = {
	{"bond", API_STRING, true, "name of the bond"},
	{"member", API_STRING, true, "name of the member"},
	{"options", API_OBJECT, true, "as of bond.set"},
	{NULL},
};

static const struct api_param new_member[] = {
	{"bond", API_STRING, true, "name of the bond"},
	{"member", API_OBJECT, true,
	 "as in the configuration: `name`, exactly one of `pci`, `netdev` and `vdev`, options"},
	{NULL},
};

static const struct api_param flow_fields[] = {
	{"bond", API_STRING, true, "name of the bond"},
	{"src_mac", API_STRING, false, "MAC address; without it that of the bond"},
	{"dst_mac", API_STRING, false,
	 "MAC address; without it 00:00:00:00:00:00, or ff:ff:ff:ff:ff:ff with ARP"},
	{"vlan", API_VALUE, false, "VLAN ID, 0 to 4094; without it the frame is untagged"},
	{"src", API_STRING, false,
	 "IPv4 or IPv6 address; without it 0.0.0.0 or ::, as dst is. Without both it is no IP"},
	{"dst", API_STRING, false, "likewise"},
	{"proto", API_VALUE, false,
	 "0 to 255 or a name: tcp, udp, sctp, dccp, udplite, icmp, icmpv6 (echo requests with "
	 "identifier 0), igmp, gre, esp, ah (SPI 0); without it tcp. Without src and dst: arp or "
	 "none (neither IP nor ARP); without it arp"},
	{"sport", API_VALUE, false, "port, 0 to 65535; without it 0"},
	{"dport", API_VALUE, false, "likewise"},
	{NULL},
};

static const struct api_param past_events[] = {
	{"since", API_COUNT, false, "only events with a greater seq than this"},
	{"bond", API_STRING, false, "only events of this bond"},
	{NULL},
};

static const struct api_param coming_events[] = {
	{"since", API_COUNT, false,
	 "begin with the remembered events that have a greater seq than this; without it, with the "
	 "next one to happen"},
	{"bond", API_STRING, false, "only events of this bond"},
	{NULL},
};

#define COUNTERS                                                                                   \
	"`rx_packets` `rx_bytes` `tx_packets` `tx_bytes` `drops`{one number for each reason}"
#define ALL_COUNTERS                                                                               \
	COUNTERS " `punted` (handed to the control thread) `injected` (taken from it) `copied` "   \
		 "(by broadcast) `csum_finished` (checksums completed in software) "               \
		 "`segmented` (large packets cut in software) `segments` (what became of them) "   \
		 "`merged` (frames that became part of a larger one for the kernel) `waited` "     \
		 "(frames "                                                                        \
		 "for which there was no room at once)"

#define SYSTEM                                                                                     \
	"`system_priority` `system_mac` `min_links` `active_aggregator` (its id) `ports` (of it, " \
	"with their link up) "                                                                     \
	"`distributing` (how many of them) `speed_mbps` `actor_key` `partner_key` "                \
	"`partner_system_priority` `partner_mac`"
#define BFD                                                                                        \
	"`state` (admin down, down, init, up) `state_ms` `reason` `diagnostic` `remote_state` "    \
	"`remote_diagnostic` `local_discriminator` `remote_discriminator` `tx_interval_ms` "       \
	"`detection_ms` `rx_packets` `tx_packets` `up_count` `down_count` `refused`{by reason}"
#define BALANCE                                                                                    \
	"`clients_now` `clients_created` `clients_evicted` `clients_refused` (there was no room) " \
	"`host_frames` (ARP and ND of the host) `rewritten` `foreign` `malformed` `heard` (ARP "   \
	"and ND received) `peers_moved` `locals_moved` `conflicts` `updates` `learning_packets` "  \
	"`rebalances` `buckets_moved` `clients`[{`local` `peer` `mac` `vlans`[ids, outermost "     \
	"first] `member` (that it sends to) `updates_left` `seen_s`}]"
#define ENDS                                                                                       \
	"`actor` and `partner`{`system_priority` `system` `key` `port_priority` `port` `state` "   \
	"`state_text`} `churn`{`actor` `partner` (monitoring, none, churned) `actor_count` "       \
	"`partner_count`}"

const struct api_method api_methods[] = {
	{"daemon.info", daemon_info, NULL, false, "What runs here, and how busy it is.",
	 "`version` `dpdk_version` `pid` `uptime_s` `workers`[{`lcore` `busy_ratio` (0 to 1, over "
	 "the last second)}] `config_file`"},
	{"bond.list", bond_list, NULL, false, "The names of all bonds.", "[names]"},
	{"bond.get", api_bond_get, bond_to_get, false, "Everything about a bond and its members.",
	 "`name` `mode` `mode_number` `carrier` (true or false) `mac` `mtu` `speed_mbps` `duplex` "
	 "(full, half) `active_member` `options`{every option by its Linux name: names of "
	 "enumerations, numbers otherwise} `host`{`type` `ifname` `admin_up` `carrier` `queues` "
	 "`offloads` `refused` `gro` (are segments merged now) " COUNTERS "} `lacp`{" SYSTEM
	 "} `balance` (of balance-tlb and balance-alb){" BALANCE
	 "} `members`[{`name` `port` `driver` `mac` `perm_hwaddr` `queues` `offloads` (what the "
	 "driver does for us, as text) `refused` (what it "
	 "cannot do) `link` (up, going down, down, going back) `state` (active, backup) `tx` `rx` "
	 "(may it send, receive data now) `speed_mbps` `duplex` `link_failure_count` "
	 "`aggregator_id` `actor_state` `partner_state` (sums of the bits of the standard) "
	 "`lacp`{" ENDS "} `bfd`{" BFD "} `damping`{`held` `left_ms` `doublings` `hold_count` "
	 "`failures`} `tx_load_bps` (bits a second it was given by balance-tlb or balance-alb) "
	 "`options`{} " COUNTERS
	 "}] `absent`[names of members whose device was pulled out]. What is unknown, and what "
	 "the mode has not, is null. Counters of `host` are seen "
	 "from "
	 "the daemon: rx is what the host sent."},
	{"stats.get", api_stats_get, maybe_bond, false,
	 "Counters of every bond, member and worker, each drop by its reason.",
	 "`bonds`[{`name` `host`{`ifname` and counters} `members`[{`name` and counters}]}] "
	 "`workers`[{`lcore` `busy_ratio` `turns` and counters, over all bonds}] "
	 "`buffers`{`size` `free` `waiting` (those of frames that wait for room)}. "
	 "Counters: " ALL_COUNTERS
	 "; of ports also `rx_nombuf` (receive queues found no buffers, as the driver counts it)"},
	{"lacp.get", api_lacp_get, one_bond, false,
	 "LACP on every member of a bond in mode 802.3ad: states, and why it does or does not "
	 "carry data.",
	 "`name` `lacp`{as in bond.get} `ports`[{`name` `rx_state` `mux_state` `selected` (states "
	 "as the standard spells them) `aggregator_id` `collecting` `distributing` `standby` "
	 "`why` " ENDS " `counters`{} `parsed`{received frames by what they were found to be}}]"},
	{"flow.lookup", api_flow_lookup, flow_fields, false,
	 "Which member a frame with these headers leaves on now, when the host sends it: by the "
	 "same table that the workers read. A queue_id of a member, and a hash that a NIC left in "
	 "the frame, may override it.",
	 "`member` (null: not one alone) `hash` `bucket` (null where the rule needs none) `rule` "
	 "(bucket: the table has the member for hash modulo 256; modulo: member number hash "
	 "modulo their count, with resilient_hash off; active: the active member carries all; all: "
	 "a copy leaves on every one; turns: no flow has a fixed member; igmp: IGMP of balance-rr "
	 "has one; address: of balance-alb, the table has the member for the exclusive or of the "
	 "destination address; current: balance-tlb and balance-alb do not balance it, so it "
	 "leaves "
	 "on the active member; neighbour: ARP of balance-alb, for which the daemon chooses by "
	 "neighbour; none: no member can send) `members`[all that can send now, in their order] "
	 "`assumed`{fields that this depends on and that were not given, with the values "
	 "taken} `nic_hash` (true: a frame that carries the hash of a NIC goes by that)"},
	{"member.activate", api_member_activate, bond_and_member, true,
	 "Make a member the active one. Not sticky: a later selection may choose another.", "null"},
	{"bond.set", api_bond_set, bond_options, true,
	 "Change options of a bond, all or nothing, by the rules of the configuration. Of all that "
	 "are refused the message says which value and what is allowed.",
	 "the options that changed, with their new values"},
	{"member.add", api_member_add, new_member, true,
	 "Take a port and let it join a bond, all or nothing.", "the member, as in bond.get"},
	{"member.remove", api_member_remove, bond_and_member, true,
	 "Let a member leave: its partner is told, its port is closed and given back with its "
	 "permanent MAC address. The answer comes when that is done. One whose device was pulled "
	 "out is forgotten: it does not come back with the device.",
	 "null"},
	{"member.set", api_member_set, member_options, true,
	 "Change options of a member, as bond.set.",
	 "the options that changed, with their new values"},
	{"config.get", api_config_get, NULL, false,
	 "The configuration as it is now, with all that was changed since the start; members whose "
	 "device was pulled out are in it.",
	 "text of a configuration file"},
	{"event.list", api_event_list, past_events, false,
	 "The state changes that are remembered, oldest first.",
	 "[{`seq` `time` (UTC) `bond` `member` (null: it concerns the bond) `kind` `from` `to` "
	 "`lasted_s` (how long it had been `from`; 0: unknown) `reason`}]"},
	{"event.subscribe", api_event_subscribe, coming_events, false,
	 "From now on, send this connection a notification `event` for each state change; `params` "
	 "are as the elements of event.list. A new subscription replaces the one before.",
	 "`seq` of the last event that has happened"},
	{"event.unsubscribe", api_event_unsubscribe, NULL, false, "No more notifications.", "null"},
	{NULL},
};

const struct api_method *
api_method_find(const char *name, const char **guess)
{
	struct conf_guess g = conf_guess_begin(name);

	for (const struct api_method *m = api_methods; m->name; m++) {
		if (strcmp(m->name, name) == 0)
			return m;
		conf_guess_try(&g, m->name);
	}
	*guess = g.best;
	return NULL;
}
