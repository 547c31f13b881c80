/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_better.h - where our timelines differ from recorded ones on purpose, each with its reason. */
#ifndef BOND_BETTER_H
#define BOND_BETTER_H

/*
 * Where we are better on purpose: the recorded line (by time and text) is expected at another
 * time or with another text; to "": not at all; from "": a line that Linux does not write.
 *
 * Three more, which need no list: at the start members get their links as they join, not when the
 * bond is first set up; what happens in one instant is handled fact by fact, not by poll, so that
 * it is compared member by member; and every change of carrier has its line.
 */
static const struct better {
	const char *file;
	unsigned int ms;
	const char *from;
	unsigned int to_ms;
	const char *to;
	const char *why;
} better[] = {
	{"mii_active-backup_delay0", 8503, "", 8503, "m1: making interface the new active one",
	 "m1 has the role until its own loss, a fact by itself, is known in the same instant"},
	{"mii_balance-rr_delay200", 10167, "m1: link status up, enabling it in 200 ms", 10167,
	 "m1: link status up, enabling it in 0 ms",
	 "updelay is skipped in every mode when no member is usable"},
	{"mii_balance-rr_delay200", 10375, "m1: link status definitely up, 10000 Mbps full duplex",
	 10167, "m1: link status definitely up, 10000 Mbps full duplex", "and so it is up at once"},
	{"mii_balance-rr_delay200", 13187, "m0: link status up, enabling it in 200 ms", 13187,
	 "m0: link status up, enabling it in 0 ms", "the same for the first of two"},
	{"mii_balance-rr_delay200", 13395, "m0: link status definitely up, 10000 Mbps full duplex",
	 13187, "m0: link status definitely up, 10000 Mbps full duplex", "and so it is up at once"},
	{"mii_broadcast_delay200", 9800, "m1: link status up, enabling it in 200 ms", 9800,
	 "m1: link status up, enabling it in 0 ms", "the same as in balance-rr"},
	{"mii_broadcast_delay200", 10011, "m1: link status definitely up, 10000 Mbps full duplex",
	 9800, "m1: link status definitely up, 10000 Mbps full duplex", "and so it is up at once"},
	{"mii_broadcast_delay200", 12751, "m0: link status up, enabling it in 200 ms", 12751,
	 "m0: link status up, enabling it in 0 ms", "the same for the first of two"},
	{"mii_broadcast_delay200", 12959, "m0: link status definitely up, 10000 Mbps full duplex",
	 12751, "m0: link status definitely up, 10000 Mbps full duplex", "and so it is up at once"},
	{"mii_balance-tlb_delay0", 11091, "", 11091, "m1: making interface the new active one",
	 "as in mii_active-backup_delay0"},
	{"mii_balance-alb_delay0", 11661, "", 11661, "m1: making interface the new active one",
	 "as in mii_active-backup_delay0"},
	{"primary_reselect_always", 5063, "m0: making interface the new active one", 5063, "",
	 "writing the value that an option has already changes nothing"},
	{"garp_num0_delay0", 17286, "", 17286, "m1: making interface the new active one",
	 "as in mii_active-backup_delay0"},
	{"garp_num1_delay0", 12944, "", 12944, "m1: making interface the new active one",
	 "as in mii_active-backup_delay0"},
	{"garp_num3_delay0", 13024, "", 13024, "m1: making interface the new active one",
	 "as in mii_active-backup_delay0"},
	{"garp_num3_delay300", 11206, "", 11206, "m1: making interface the new active one",
	 "as in mii_active-backup_delay0"},
	{"no_primary_selection_quirk", 4784, "m0: making interface the new active one", 4784, "",
	 "without a primary the role stays with a healthy member, whoever else joins"},
	{"no_primary_selection_quirk", 5274, "m1: making interface the new active one", 5274, "",
	 "and so it need not be given back"},
	{"no_primary_selection_quirk", 5578, "m0: making interface the new active one", 5578, "",
	 "nor does it move when an option is written"},
	{"no_primary_selection_quirk", 5990, "m1: making interface the new active one", 5990, "",
	 "and again"},
	{"garp_updelay_downdelay", 9864, "m0: link status definitely up, 10000 Mbps full duplex",
	 9680, "m0: link status definitely up, 10000 Mbps full duplex",
	 "the recording machine was late: its own line about the delay says 500 ms"},
	{"ab_no_monitor", 7981, "", 7981, "m1: link status definitely down, disabling slave",
	 "a link event counts without any monitor"},
	{"ab_no_monitor", 7981, "", 7981, "m0: making interface the new active one",
	 "and so it fails over"},
};

#endif
