#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# lacp_two_of_us.sh - two of these daemons, back to back, aggregate and survive pulled cables.
. "$(dirname "$0")/lib.sh"

limit_ms=2600 # from the link of the last member to all distributing

# Both aggregate in time. Usage: aggregated WORDS
aggregated() {
	local who near far up took
	for who in near far; do
		net_choose "$who"
		lab_wait 10 both_distribute || fail "$1: both members of the $who one distribute"
	done
	far=$(distributed_at) up=$(linked_at)
	net_choose near
	near=$(distributed_at)
	up=$(jq -n "[$up, $(linked_at)] | max")
	took=$(ms_between "$up" "$(jq -n "[$near, $far] | max")")
	echo "  all four members distribute $took ms after the last link came up"
	[ "$took" -le "$limit_ms" ] || fail "$1: $took ms, $limit_ms allowed"
	soon "they answer each other" lab_in host ping -n -q -c 1 -W 1 "$switch_ip"
}

net_open
lab_netns wire
lab_wire 1 host eth1 switch port1
lab_wire 2 host eth2 switch port2

say "both active, fast and slow"
net_pair 'lacp_rate = "fast";' 'lacp_rate = "slow";'
aggregated "active and active"

say "cables pulled and put back"
ping_count=100
for i in 1 2; do
	under_pings "pull cable $i" 1 lab_wire_pull "$i"
	under_pings "put cable $i back" 0 lab_wire_put "$i"
	soon "both distribute" both_distribute
done

say "one leaves in order, the other learns it from LACP"
before=$(last_event)
net_choose far
net_stop
equal "exit status of the far one" 0 "$stop_status"
net_choose near
for name in eth1 eth2; do
	soon "$name stops to distribute" not mux_is "$name" DISTRIBUTING
	echo "  $name: $(why_left "$name" "$before")"
	check "because the partner said so" grep -q partner <<<"$(why_left "$name" "$before")"
done
net_stop

say "a passive one and an active one"
net_pair 'lacp_rate = "fast"; lacp_active = false;' 'lacp_rate = "fast";'
aggregated "passive and active"
