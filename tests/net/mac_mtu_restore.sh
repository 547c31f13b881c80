#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# mac_mtu_restore.sh - members get the bond's MAC and MTU, and their own back, also after a kill -9.
. "$(dirname "$0")/lib.sh"

# The members as they were before anybody took them.
members_are_as_before() {
	mac_is host eth1 "$mac1" && mac_is host eth2 "$mac2" &&
		mtu_is host eth1 "$mtu1" && mtu_is host eth2 "$mtu2" &&
		[ "$(link_of host eth1 .xdp)$(link_of host eth2 .xdp)" = nullnull ]
}

members_are_taken() {
	mac_is host eth1 "$mac1" && mac_is host eth2 "$mac1" && mac_is host bond0 "$mac1" &&
		mtu_is host eth1 1400 && mtu_is host eth2 1400 && mtu_is host bond0 1400
}

net_open
net_cables
mac1=$(mac_of host eth1) mac2=$(mac_of host eth2)
lab_ip host link set eth2 mtu 1450
mtu1=1500 mtu2=1450
flags1=$(link_of host eth1 '.flags | join(",")') flags2=$(link_of host eth2 '.flags | join(",")')
net_config active-backup "mtu = 1400;"

say "taking the members"
net_start
soon "bond and members have the first member's MAC and the bond's MTU" members_are_taken
equal "permanent MAC of eth1" "$mac1" "$(member eth1 .perm_hwaddr)"
equal "permanent MAC of eth2" "$mac2" "$(member eth2 .perm_hwaddr)"

say "SIGTERM gives them back"
net_stop
equal "exit status" 0 "$stop_status"
check "MAC, MTU and XDP are as before" members_are_as_before
equal "flags of eth1" "$flags1" "$(link_of host eth1 '.flags | join(",")')"
equal "flags of eth2" "$flags2" "$(link_of host eth2 '.flags | join(",")')"
check "bond0 is gone" not lab_ip host link show bond0

for round in 1 2; do
	say "kill -9, round $round: the next start works at once"
	net_start
	soon "the members are taken" members_are_taken
	net_stop KILL
	net_start
	soon "the members are taken again" members_are_taken
	equal "permanent MAC of eth2 is not forgotten" "$mac2" "$(member eth2 .perm_hwaddr)"
	net_stop
	equal "exit status" 0 "$stop_status"
	check "MAC, MTU and XDP are as before" members_are_as_before
	equal "flags of eth2" "$flags2" "$(link_of host eth2 '.flags | join(",")')"
done

say "a MAC of one's own"
net_config active-backup 'mac = "02:00:00:00:00:42";'
net_start
for name in bond0 eth1 eth2; do
	check "$name has it" mac_is host "$name" 02:00:00:00:00:42
done
net_stop
check "MAC, MTU and XDP are as before" members_are_as_before
equal "records left in /run/dpdk-bondd" "" \
	"$(ls /run/dpdk-bondd/netdev/"$(stat -Lc %i "/run/netns/$(lab_ns host)")"-* 2>/dev/null || true)"
