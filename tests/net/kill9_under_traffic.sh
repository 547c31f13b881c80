#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# kill9_under_traffic.sh - a daemon killed in the middle of traffic leaves nothing that stops the next.
. "$(dirname "$0")/lib.sh"

hugepages_used() {
	local total free
	total=$(sed -n 's/^HugePages_Total: *//p' /proc/meminfo)
	free=$(sed -n 's/^HugePages_Free: *//p' /proc/meminfo)
	echo $((total - free))
}

net_open
net_up active-backup
huge=$(hugepages_used)
own=$(member eth1 .perm_hwaddr),$(member eth2 .perm_hwaddr)

for round in 1 2; do
	say "round $round: kill -9 under a flood from both sides"
	lab_spawn host ping -n -q -f -W 1 "$switch_ip" >/dev/null 2>&1
	one=$LAB_PID
	lab_spawn switch ping -n -q -f -W 1 "$host_ip" >/dev/null 2>&1
	other=$LAB_PID
	lab_wait 1 false || true
	net_stop KILL
	equal "hugepages still taken" "$huge" "$(hugepages_used)"
	begin=${EPOCHREALTIME//[.,]/}
	net_start
	net_address
	soon "the switch answers again" lab_in host ping -n -q -c 1 -W 1 "$switch_ip"
	echo "  answered again $(((${EPOCHREALTIME//[.,]/} - begin) / 1000)) ms after the new start"
	kill "$one" "$other" 2>/dev/null || true
	wait "$one" "$other" 2>/dev/null || true
	under_pings "pull eth1" 1 lab_pull switch port1
	under_pings "put eth1 back" 0 lab_put switch port1
done
net_stop
equal "exit status" 0 "$stop_status"
equal "the members' own MAC addresses" "$own" "$(mac_of host eth1),$(mac_of host eth2)"
