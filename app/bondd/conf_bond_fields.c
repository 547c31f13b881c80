/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_bond_fields.c - the settings of a bond and of its members: one row each. */
#include "conf.h"
#include "conf_field.h"
#include "lacp.h"

#define MODE(m)        (1U << BOND_MODE_##m)
#define HAS_ACTIVE     (MODE(ACTIVE_BACKUP) | MODE(BALANCE_TLB) | MODE(BALANCE_ALB))
#define HASHES         (MODE(BALANCE_XOR) | MODE(8023AD) | MODE(BALANCE_TLB) | MODE(BALANCE_ALB))
#define MODES_OF_LINUX 7

/* Indexed by their number. */
static const char *const linux_modes[] = {
	[BOND_MODE_BALANCE_RR] = "balance-rr",   [BOND_MODE_ACTIVE_BACKUP] = "active-backup",
	[BOND_MODE_BALANCE_XOR] = "balance-xor", [BOND_MODE_BROADCAST] = "broadcast",
	[BOND_MODE_8023AD] = "802.3ad",          [BOND_MODE_BALANCE_TLB] = "balance-tlb",
	[BOND_MODE_BALANCE_ALB] = "balance-alb", NULL,
};

/* Options of Linux, and of ours, that a later version offers. */
const char *const conf_bond_later[] = {
	"min_bandwidth",
	NULL,
};

static const struct conf_name netdev_drivers[] = {
	{"auto", CONF_NETDEV_AUTO},
	{"af_xdp", CONF_NETDEV_AF_XDP},
	{"af_packet", CONF_NETDEV_AF_PACKET},
	{NULL, 0},
};

static const struct conf_name hash_policies[] = {
	{"layer2", BOND_HASH_LAYER2},
	{"layer3+4", BOND_HASH_LAYER34},
	{"layer2+3", BOND_HASH_LAYER23},
	{"encap2+3", BOND_HASH_ENCAP23},
	{"encap3+4", BOND_HASH_ENCAP34},
	{"vlan+srcmac", BOND_HASH_VLAN_SRCMAC},
	{NULL, 0},
};

static const struct conf_name nic_hashes[] = {
	{"auto", BOND_NIC_HASH_AUTO},
	{"off", BOND_NIC_HASH_OFF},
	{NULL, 0},
};

static const struct conf_name validates[] = {
	{"none", BOND_VALIDATE_NONE},
	{"active", BOND_VALIDATE_ACTIVE},
	{"backup", BOND_VALIDATE_BACKUP},
	{"all", BOND_VALIDATE_ACTIVE | BOND_VALIDATE_BACKUP},
	{"filter", BOND_VALIDATE_FILTER},
	{"filter_active", BOND_VALIDATE_FILTER | BOND_VALIDATE_ACTIVE},
	{"filter_backup", BOND_VALIDATE_FILTER | BOND_VALIDATE_BACKUP},
	{NULL, 0},
};

static const struct conf_name all_targets[] = {
	{"any", BOND_TARGETS_ANY},
	{"all", BOND_TARGETS_ALL},
	{NULL, 0},
};

static const struct conf_name lacp_rates[] = {{"slow", 0}, {"fast", 1}, {NULL, 0}};

static const struct conf_name ad_selects[] = {
	{"stable", LACP_SELECT_STABLE},
	{"bandwidth", LACP_SELECT_BANDWIDTH},
	{"count", LACP_SELECT_COUNT},
	{"actor_port_prio", LACP_SELECT_PORT_PRIO},
	{NULL, 0},
};

static const struct conf_name fallbacks[] = {
	{"off", LACP_FALLBACK_OFF},
	{"static", LACP_FALLBACK_STATIC},
	{"individual", LACP_FALLBACK_INDIVIDUAL},
	{NULL, 0},
};

static const struct conf_name host_downs[] = {
	{"keep", BOND_HOST_DOWN_KEEP},
	{"individual", BOND_HOST_DOWN_INDIVIDUAL},
	{NULL, 0},
};

static const struct conf_name reselect[] = {
	{"always", BOND_RESELECT_ALWAYS},
	{"better", BOND_RESELECT_BETTER},
	{"failure", BOND_RESELECT_FAILURE},
	{NULL, 0},
};

static const struct conf_name fail_over_macs[] = {
	{"none", BOND_FAIL_OVER_MAC_NONE},
	{"active", BOND_FAIL_OVER_MAC_ACTIVE},
	{"follow", BOND_FAIL_OVER_MAC_FOLLOW},
	{NULL, 0},
};

/* The modes that the core offers; made anew each time, always the same. */
static const struct conf_name *
modes(void)
{
	static _Thread_local struct conf_name names[MODES_OF_LINUX + 1];
	size_t n;
	const struct bond_mode *const *offered = bond_modes(&n);

	for (size_t i = 0; i < n && i < MODES_OF_LINUX; i++)
		names[i] = (struct conf_name){offered[i]->name, offered[i]->number};
	return names;
}

static const char *
check_use_carrier(void *value)
{
	return *(bool *)value ? NULL : "it cannot be turned off, as in Linux: only 1 is allowed";
}

#define AT(member) offsetof(struct conf_member, member)
const struct conf_field conf_member_fields[] = {
	{"name", .type = CONF_STRING, .offset = AT(name), .size = BOND_NAME_SIZE,
	 .check = conf_check_ifname, .apply = CONF_LIVE, .values = "1 to 15 characters",
	 .doc = "Name of the member in commands, logs and statistics."},
	{"pci", .type = CONF_STRING, .offset = AT(port), .size = CONF_PORT_SIZE, .choice = 1,
	 .choice_at = AT(kind), .pick = CONF_PORT_PCI, .check = conf_check_pci, .apply = CONF_LIVE,
	 .values = "`0000:03:00.0`",
	 .doc = "PCI address of a NIC. It is bound to runtime.pci_driver while the daemon runs and "
		"then given back; if it is bound to a driver for DPDK already, it stays so. "
		"Exactly one of pci, netdev and vdev is needed."},
	{"netdev", .type = CONF_STRING, .offset = AT(port), .size = CONF_PORT_SIZE, .choice = 1,
	 .choice_at = AT(kind), .pick = CONF_PORT_NETDEV, .check = conf_check_ifname,
	 .apply = CONF_LIVE, .values = "name of a kernel interface",
	 .doc = "Kernel interface, which keeps its driver."},
	{"vdev", .type = CONF_STRING, .offset = AT(port), .size = CONF_PORT_SIZE, .choice = 1,
	 .choice_at = AT(kind), .pick = CONF_PORT_VDEV, .check = conf_check_vdev,
	 .apply = CONF_LIVE, .values = "`net_memif1,role=client,...`",
	 .doc = "DPDK device to be created."},
	{"prio", .type = CONF_INT, .offset = AT(options.prio), .min = INT32_MIN, .max = INT32_MAX,
	 .def = "0", .modes = HAS_ACTIVE, .apply = CONF_LIVE,
	 .doc = "The member with the highest number is the first choice when there is no primary."},
	{"queue_id", .type = CONF_UINT, .offset = AT(options.queue_id), .max = UINT16_MAX,
	 .def = "0", .used = MODE(BALANCE_RR) | MODE(ACTIVE_BACKUP), .apply = CONF_LIVE,
	 .doc = "Frames that the host sends on its queue of this number (they count from 0) leave "
		"on this member while its link is up, even if it is a backup. Each number may be "
		"given once in a bond. 0: none."},
	{"weight", .type = CONF_UINT, .offset = AT(options.weight), .max = UINT8_MAX, .def = "0",
	 .modes = HASHES, .apply = CONF_LIVE,
	 .doc = "Its share of the flows, relative to the other members'. 0: as 1 if any member of "
		"the bond has a weight; else by speed if that of all members that send is known; "
		"else all alike."},
	{"actor_port_prio", .type = CONF_UINT, .offset = AT(options.actor_port_prio),
	 .max = UINT16_MAX, .def = "255", .modes = MODE(8023AD), .apply = CONF_LIVE,
	 .doc = "LACP priority of the port: the lower number is used first when max_active_ports "
		"limits them. With ad_select = actor_port_prio the larger sum wins, as in Linux."},
	{"netdev_driver", .type = CONF_ENUM, .offset = AT(netdev_driver), .names = netdev_drivers,
	 .def = "auto",
	 .doc = "How a netdev is reached. AF_XDP is faster and keeps every VLAN tag that is in the "
		"frame; auto takes AF_PACKET only where AF_XDP does not work."},
	{"force", .type = CONF_BOOL, .offset = AT(force), .def = "0",
	 .doc = "Take the NIC of pci from the kernel although its interface carries an address, a "
		"route or somebody's login, all of which are lost with it."},
	{NULL},
};
#undef AT

#define AT(member) offsetof(struct conf_bond, member)
const struct conf_field conf_bond_fields[] = {
	{"name", .type = CONF_STRING, .offset = AT(name), .size = BOND_NAME_SIZE,
	 .check = conf_check_ifname, .values = "1 to 15 characters",
	 .doc = "Name of the bond, and of its interface in the kernel."},
	{"mode", .type = CONF_ENUM, .offset = AT(options.mode), .names_of = modes, .numbers = true,
	 .names_later = linux_modes, .def = "balance-rr",
	 .doc = "How frames are spread over the members."},
	{"miimon", .type = CONF_UINT, .offset = AT(options.miimon_ms), .max = INT32_MAX,
	 .def = "100", .unit = "ms", .apply = CONF_LIVE,
	 .doc = "Time between two looks at the links. Link events count at once in any case. "
		"0: no polling, and no updelay, downdelay and peer_notif_delay."},
	{"updelay", .type = CONF_UINT, .offset = AT(options.updelay_ms), .max = INT32_MAX,
	 .def = "0", .unit = "ms", .apply = CONF_LIVE,
	 .doc = "How long a link must be up before the member is used."},
	{"downdelay", .type = CONF_UINT, .offset = AT(options.downdelay_ms), .max = INT32_MAX,
	 .def = "0", .unit = "ms", .apply = CONF_LIVE,
	 .doc = "How long a link must be down before the member is given up."},
	{"peer_notif_delay", .type = CONF_UINT, .offset = AT(options.peer_notif_delay_ms),
	 .max = 300000, .def = "0", .unit = "ms", .apply = CONF_LIVE,
	 .doc = "Time between two rounds of peer notifications after a failover. 0: as miimon."},
	{"arp_interval", .type = CONF_UINT, .offset = AT(options.probe.interval_ms),
	 .max = INT32_MAX, .def = "0", .unit = "ms", .apply = CONF_LIVE,
	 .doc = "Time between two probes of arp_ip_target and ns_ip6_target on every member. In "
		"every mode, and beside miimon: a member is up if both say so. 0: no probes."},
	{"arp_ip_target", .type = CONF_IPV4S, .offset = AT(options.probe.arp), .def = "",
	 .apply = CONF_LIVE, .doc = "Hosts that are asked for by ARP."},
	{"ns_ip6_target", .type = CONF_IPV6S, .offset = AT(options.probe.ns), .def = "",
	 .apply = CONF_LIVE, .doc = "Hosts that are asked for by neighbour solicitation."},
	{"arp_validate", .type = CONF_ENUM, .offset = AT(options.probe.validate),
	 .names = validates, .numbers = true, .def = "none", .apply = CONF_LIVE,
	 .doc = "On which members only answers of targets (or, on backups, our own probes that "
		"came through) are signs of life. On the others any frame is one, or with filter "
		"any ARP and neighbour discovery."},
	{"arp_all_targets", .type = CONF_ENUM, .offset = AT(options.probe.all_targets),
	 .names = all_targets, .numbers = true, .def = "any", .apply = CONF_LIVE,
	 .doc = "Whether one target or all must be heard of. Only where arp_validate is at work."},
	{"arp_missed_max", .type = CONF_UINT, .offset = AT(options.probe.missed_max), .min = 1,
	 .max = 255, .def = "2", .apply = CONF_LIVE,
	 .doc = "Intervals without a sign of life after which a member is down."},
	{"num_grat_arp", "num_unsol_na", CONF_UINT, .offset = AT(options.num_peer_notif),
	 .max = 255, .def = "1", .apply = CONF_LIVE,
	 .doc = "Rounds of peer notifications after a failover: gratuitous ARP and unsolicited "
		"neighbour advertisements, one number for both."},
	{"resend_igmp", .type = CONF_UINT, .offset = AT(options.resend_igmp), .max = 255,
	 .def = "1", .apply = CONF_LIVE,
	 .doc = "Rounds of reports of all multicast groups (IGMP and MLD), 200 ms apart, after a "
		"failover, in balance-rr when the member that carries IGMP is lost."},
	{"primary", .type = CONF_STRING, .offset = AT(options.primary), .size = BOND_NAME_SIZE,
	 .def = "", .modes = HAS_ACTIVE, .check = conf_check_ifname_or_empty, .apply = CONF_LIVE,
	 .values = "name of a member",
	 .doc = "The member to use whenever it can be used. It may be one that joins later."},
	{"primary_reselect", .type = CONF_ENUM, .offset = AT(options.primary_reselect),
	 .names = reselect, .numbers = true, .def = "always", .apply = CONF_LIVE,
	 .doc = "When the primary takes over again after it has failed and come back: at once, "
		"only if it is faster than the active member, only when the active member fails."},
	{"fail_over_mac", .type = CONF_ENUM, .offset = AT(options.mac.fail_over),
	 .names = fail_over_macs, .numbers = true, .def = "none", .used = MODE(ACTIVE_BACKUP),
	 .doc = "Who has which MAC address. none: all members have the bond's. active: members "
		"keep their own, and the bond has that of the active one. follow: the active "
		"member has the bond's, and gives it away when it fails. With active and follow "
		"nobody else can change the address of the bond."},
	{"active_slave", "active_member", CONF_STRING, .offset = AT(active_member),
	 .size = BOND_NAME_SIZE, .def = "", .modes = HAS_ACTIVE,
	 .check = conf_check_ifname_or_empty, .apply = CONF_LIVE, .values = "name of a member",
	 .doc = "The member to begin with."},
	{"packets_per_slave", "packets_per_member", CONF_UINT,
	 .offset = AT(options.packets_per_member), .max = UINT16_MAX, .def = "1",
	 .modes = MODE(BALANCE_RR), .apply = CONF_LIVE,
	 .doc = "Frames that a member sends before it is the turn of the next. 0: a member at "
		"random for each frame."},
	{"tlb_dynamic_lb", .type = CONF_BOOL, .offset = AT(options.balance.dynamic_lb), .def = "1",
	 .modes = MODE(BALANCE_TLB) | MODE(BALANCE_ALB), .apply = CONF_LIVE,
	 .doc = "Spread by load: every 10 s flows move from members that sent much to those that "
		"sent little, as few as possible. Off: by hash, as xmit_hash_policy says."},
	{"lp_interval", .type = CONF_UINT, .offset = AT(options.balance.lp_interval_s), .min = 1,
	 .max = INT32_MAX, .def = "1", .unit = "s", .used = MODE(BALANCE_TLB) | MODE(BALANCE_ALB),
	 .apply = CONF_LIVE,
	 .doc = "How often every member sends frames from its MAC address by which the switch "
		"learns where it is, one in each VLAN on the bond."},
	{"alb_ipv6", .type = CONF_BOOL, .offset = AT(options.balance.ipv6), .def = "1",
	 .modes = MODE(BALANCE_ALB), .apply = CONF_LIVE,
	 .doc = "Spread what is received over IPv6 as well, by neighbour advertisements; Linux "
		"does so for IPv4 only."},
	{"all_slaves_active", "all_members_active", CONF_BOOL,
	 .offset = AT(options.all_members_active), .def = "0", .apply = CONF_LIVE,
	 .doc = "Deliver also what backup members receive."},
	{"xmit_hash_policy", .type = CONF_ENUM, .offset = AT(options.xmit_hash_policy),
	 .names = hash_policies, .numbers = true, .def = "layer2", .used = HASHES,
	 .apply = CONF_LIVE,
	 .doc = "What tells flows apart, bit for bit as in Linux: MAC addresses and type; IP "
		"addresses and ports; MAC and IP addresses; the last two of what a tunnel carries; "
		"VLAN and source MAC address."},
	{"hash_seed", .type = CONF_UINT, .offset = AT(options.hash_seed), .max = UINT32_MAX,
	 .def = "0", .modes = HASHES, .apply = CONF_LIVE,
	 .doc = "A number mixed into the hash, different on systems in a row, so that the second "
		"does not see only flows for which the first chose alike. 0: none, as in Linux."},
	{"symmetric_hash", .type = CONF_BOOL, .offset = AT(options.symmetric_hash), .def = "0",
	 .modes = HASHES, .apply = CONF_LIVE,
	 .doc = "One hash for both directions of a conversation."},
	{"resilient_hash", .type = CONF_BOOL, .offset = AT(options.resilient_hash), .def = "1",
	 .modes = HASHES, .apply = CONF_LIVE,
	 .doc = "Flows are dealt to members by 256 buckets, so that only those of a lost member "
		"move. Off: the hash modulo the number of members, as Linux does; then nearly "
		"all move, and weight has no effect."},
	{"nic_hash", .type = CONF_ENUM, .offset = AT(options.nic_hash), .names = nic_hashes,
	 .def = "auto", .modes = HASHES, .apply = CONF_LIVE,
	 .doc = "Whether the hash that a NIC left in a frame stands for ours, which is faster. "
		"auto: with layer3+4 and encap3+4, unless symmetric_hash is on or resilient_hash "
		"off."},
	{"lacp_rate", .type = CONF_ENUM, .offset = AT(options.lacp_fast), .names = lacp_rates,
	 .numbers = true, .def = "slow", .modes = MODE(8023AD), .apply = CONF_LIVE,
	 .doc = "How often the partner is asked to send LACPDUs, and so how soon its silence is "
		"noticed: slow every 30 s (90 s), fast every second (3 s)."},
	{"lacp_active", .type = CONF_BOOL, .offset = AT(options.lacp_active), .def = "1",
	 .modes = MODE(8023AD), .apply = CONF_LIVE,
	 .doc = "Begin to speak. Off: only answer a partner that does."},
	{"ad_select", .type = CONF_ENUM, .offset = AT(options.ad_select), .names = ad_selects,
	 .numbers = true, .def = "stable", .used = MODE(8023AD), .apply = CONF_LIVE,
	 .doc = "Which aggregator is active when members lead to different partners: keep it while "
		"it works, the fastest, the one with most ports, the one with most priority."},
	{"ad_actor_sys_prio", .type = CONF_UINT, .offset = AT(options.ad_actor_sys_prio), .min = 1,
	 .max = UINT16_MAX, .def = "65535", .modes = MODE(8023AD), .apply = CONF_LIVE,
	 .doc = "LACP priority of this system; the lower one decides which ports are used."},
	{"ad_actor_system", .type = CONF_MAC, .offset = AT(options.ad_actor_system),
	 .flag = AT(system_auto), .zero = true, .def = "auto", .modes = MODE(8023AD),
	 .apply = CONF_LIVE, .values = "`auto` or a unicast MAC address",
	 .doc = "LACP identity of this system. auto, or 00:00:00:00:00:00 as in Linux: the MAC "
		"address that the bond starts with."},
	{"ad_user_port_key", .type = CONF_UINT, .offset = AT(options.ad_user_port_key), .max = 1023,
	 .def = "0", .modes = MODE(8023AD), .apply = CONF_LIVE,
	 .doc = "Upper ten bits of the key that says which ports may form an aggregate."},
	{"coupled_control", .type = CONF_BOOL, .offset = AT(options.coupled_control), .def = "0",
	 .modes = MODE(8023AD), .apply = CONF_LIVE,
	 .doc = "Collect and distribute only together, as Linux does by default. Off: deliver "
		"what is received as soon as the port collects, as the standard has it."},
	{"min_links", .type = CONF_UINT, .offset = AT(options.min_links), .max = INT32_MAX,
	 .def = "0", .used = MODE(8023AD), .apply = CONF_LIVE,
	 .doc = "Members that must carry data for the bond to have carrier. 0 is the same as 1."},
	{"broadcast_neighbor", .type = CONF_BOOL, .offset = AT(options.broadcast_neighbor),
	 .def = "0", .modes = MODE(8023AD), .apply = CONF_LIVE,
	 .doc = "Send ARP and IPv6 neighbour discovery on every member that distributes, for "
		"switches that do not share their tables."},
	{"lacp_strict", .type = CONF_BOOL, .offset = AT(options.lacp_strict), .def = "1",
	 .modes = MODE(8023AD), .apply = CONF_LIVE,
	 .doc = "min_links counts members that distribute. Off: members of the active aggregator "
		"whose link is up, as Linux counts."},
	{"max_active_ports", .type = CONF_UINT, .offset = AT(options.max_active_ports),
	 .max = BOND_MAX_MEMBERS, .def = "0", .modes = MODE(8023AD), .apply = CONF_LIVE,
	 .doc = "Ports of the aggregate that are used; the others stand by. 0: all."},
	{"lacp_fallback", .type = CONF_ENUM, .offset = AT(options.lacp_fallback),
	 .names = fallbacks, .def = "off", .modes = MODE(8023AD), .apply = CONF_LIVE,
	 .doc = "What to do when no partner answers on any member: stay down, use the member with "
		"the best port priority, use one member as ad_select chooses and keep it."},
	{"lacp_fallback_timeout", .type = CONF_UINT, .offset = AT(options.lacp_fallback_timeout_s),
	 .max = 3600, .def = "90", .unit = "s", .modes = MODE(8023AD), .apply = CONF_LIVE,
	 .doc = "Silence on all members before lacp_fallback. 0: at once, as Linux does."},
	{"lacp_host_down", .type = CONF_ENUM, .offset = AT(options.lacp_host_down),
	 .names = host_downs, .def = "keep", .modes = MODE(8023AD), .apply = CONF_LIVE,
	 .doc = "What the partner is told while the host interface is administratively down and "
		"all that comes is dropped: nothing, so that it goes on at once afterwards; or "
		"that every port is individual, so that it takes the aggregate apart."},
	{"flap_hold", .type = CONF_UINT, .offset = AT(options.flap.hold_ms), .max = 3600000,
	 .def = "0", .unit = "ms", .apply = CONF_LIVE,
	 .doc = "Flap damping: how long a member that failed flap_count times within flap_window "
		"must be without failure before it is used again, unless no other member can be. "
		"It doubles with each failure that follows within flap_window. 0: never."},
	{"flap_hold_max", .type = CONF_UINT, .offset = AT(options.flap.hold_max_ms), .min = 1,
	 .max = 86400000, .def = "60000", .unit = "ms", .apply = CONF_LIVE,
	 .doc = "Where the doubling of flap_hold ends."},
	{"flap_count", .type = CONF_UINT, .offset = AT(options.flap.count), .min = 1,
	 .max = DAMP_MAX_COUNT, .def = "2", .apply = CONF_LIVE,
	 .doc = "Failures within flap_window that begin the damping of a member."},
	{"flap_window", .type = CONF_UINT, .offset = AT(options.flap.window_ms), .min = 1,
	 .max = 3600000, .def = "10000", .unit = "ms", .apply = CONF_LIVE,
	 .doc = "See flap_count. Each such time without a failure forgives one doubling."},
	{"bfd", .type = CONF_GROUP, .offset = AT(options.bfd), .fields = conf_bfd_fields,
	 .apply = CONF_LIVE,
	 .doc = "Micro-BFD (RFC 7130) on every member, in any mode: a member whose other end is "
		"silent for multiplier intervals carries no data, even though its link is up."},
	{"use_carrier", .type = CONF_BOOL, .offset = CONF_NOWHERE, .def = "1",
	 .check = check_use_carrier, .apply = CONF_LIVE, .values = "1",
	 .doc = "For configurations made for Linux, where it has become obsolete as well."},
	{"mtu", .type = CONF_UINT, .offset = AT(mtu), .min = 68, .max = 9216, .def = "1500",
	 .unit = "bytes", .apply = CONF_LIVE, .doc = "MTU of the bond and of its members."},
	{"mac", .type = CONF_MAC, .offset = AT(mac), .flag = AT(mac_auto), .def = "auto",
	 .apply = CONF_LIVE, .values = "`auto` or a unicast MAC address",
	 .doc = "MAC address of the bond. auto: that of the first member."},
	{"host", .type = CONF_GROUP, .offset = AT(host), .fields = conf_host_fields,
	 .doc = "How the bond appears to the kernel of this machine."},
	{"members", .type = CONF_GROUPS, .offset = AT(member), .size = sizeof(struct conf_member),
	 .max = BOND_MAX_MEMBERS, .count = AT(n_members), .fields = conf_member_fields,
	 .apply = CONF_LIVE,
	 .doc = "A list of the ports that form the bond, in the order in which they join it. It "
		"may be "
		"empty: `member.add` adds some."},
	{NULL},
};
