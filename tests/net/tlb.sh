#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# tlb.sh - balance-tlb spreads a skewed load over both members, each with its own MAC, and then rests.
. "$(dirname "$0")/lib.sh"

rates=(10 1 1 1 1 1 1 1 1 1 1 1)

# The MAC addresses that a port of the switch has learned. Usage: learned PORT
learned() {
	lab_in switch bridge -j fdb show br br0 brport "$1" | jq -r '.[] | select(.flags | index("extern_learn") | not) |
		select(.state != "permanent") | .mac'
}

learned_are() { # PORT MAC
	[ "$(learned "$1")" = "$2" ]
}

octets() { # PORT
	lab_ip switch -j -s link show dev "$1" | jq -r '.[0].stats64.rx.bytes'
}

count() { # NAME
	bond ".balance.$1"
}

buckets_moved_since() { # COUNT
	[ "$(count buckets_moved)" -gt "$1" ]
}

# For 4 s members carry what no placement could better by a tenth. Usage: carried WEIGHT1 WEIGHT2
carried() {
	local on1 on2
	on1=$(octets port1) on2=$(octets port2)
	sleep 4
	python3 "$net_dir/tlb_load.py" judge $(($(octets port1) - on1))/"$1" $(($(octets port2) - on2))/"$2" "${rates[@]}"
}


net_open
net_up balance-tlb "$patient"
began=$SECONDS
for ((k = 0; k < ${#rates[@]}; k++)); do
	lab_ip host neigh replace "10.77.0.$((11 + k))" lladdr "02:77:00:00:01:$(printf %02x $((k * 7 + 1)))" dev bond0
done

say "one flow of ten, eleven of one; meanwhile:"
lab_spawn host python3 "$net_dir/tlb_load.py" send 45 "${rates[@]}"
load=$LAB_PID

say "the switch learns each member's own MAC; the bond receives on the active one"
bond_mac=$(mac_of host bond0)
equal "the active member has the bond's MAC" "$bond_mac" "$(member eth1 .mac)"
soon "port1 learned it" learned_are port1 "$bond_mac"
soon "port2 learned that of eth2" learned_are port2 "$(member eth2 .mac)"
check "both MACs differ" not [ "$bond_mac" = "$(member eth2 .mac)" ]
equal "what backups do not deliver" false "$(member eth2 .rx)"

say "after two periods of ten seconds members carry what any placement could reach"
sleep $((21 - (SECONDS - began)))
moved=$(count buckets_moved)
check "both members carry alike" carried 1 1

say "the load stays as it is, so nothing moves in the third period"
sleep $((32 - (SECONDS - began)))
equal "buckets that moved" "$moved" "$(count buckets_moved)"

say "eth2 is three times as fast now, so it is given as much more"
lab_ctl set bond0/eth2 weight=3 >/dev/null
lab_ctl set bond0/eth1 weight=1 >/dev/null
soon "buckets move at once" buckets_moved_since "$moved"
check "both carry what they are to" carried 1 3
kill "$load" 2>/dev/null || true

say "cables are pulled and put back"
for n in 1 2; do
	under_pings "pull eth$n" 3 lab_pull switch "port$n"
	under_pings "put eth$n back" 0 lab_put switch "port$n"
	soon "both are up" both_up
done
