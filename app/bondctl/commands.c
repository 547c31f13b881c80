/* SPDX-License-Identifier: BSD-3-Clause */
/* commands.c - the table of commands. */
#include "bondctl.h"

const struct ctl_command ctl_commands[] = {
	{"list", "", "print the names of the bonds", 0, 0, NULL, ctl_list},
	{"show", "[BOND] [--clients]", "print a bond, or all, in the layout of /proc/net/bonding",
	 0, 1, ctl_show_flags, ctl_show},
	{"lacp", "[BOND]", "print what LACP does on each member, and why it carries data or not", 0,
	 1, NULL, ctl_lacp},
	{"stats", "[BOND] [--watch[=SECONDS]]", "print the counters of bonds, members and workers",
	 0, 1, ctl_stats_flags, ctl_stats},
	{"flow", "BOND KEY=VALUE...",
	 "print the member that a flow leaves on; keys: src_mac dst_mac vlan src dst proto sport "
	 "dport",
	 1, CTL_ARGS_MAX, NULL, ctl_flow},
	{"events", "[--follow]", "print the state changes that the daemon remembers", 0, 0,
	 ctl_events_flags, ctl_events},
	{"set", "BOND[/MEMBER] OPTION=VALUE...",
	 "change options of a bond or of a member, all or nothing, and print what changed", 2,
	 CTL_ARGS_MAX, NULL, ctl_set},
	{"add", "BOND MEMBER [KEY=VALUE...]",
	 "let a port join; keys as in the configuration: netdev, pci or vdev, and options; without "
	 "keys: netdev=MEMBER",
	 2, CTL_ARGS_MAX, NULL, ctl_add},
	{"remove", "BOND MEMBER", "let a member leave, and give its port back", 2, 2, NULL,
	 ctl_remove},
	{"config", "", "print the configuration as it is now, with all changes", 0, 0, NULL,
	 ctl_config},
	{"activate", "BOND MEMBER", "make a member the active one", 2, 2, NULL, ctl_activate},
	{NULL},
};
