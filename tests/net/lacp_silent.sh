#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# lacp_silent.sh - a cable that loses the frames of one direction, with carrier: LACP gives it up.
. "$(dirname "$0")/lib.sh"

limit_ms=3500 # three LACPDUs a second apart are missed, and a partner is told
far_ends="$switch_ip 10.77.0.3 10.77.0.4 10.77.0.5 10.77.0.6 10.77.0.7"

# More addresses of the far bond, each with a MAC address of its own for both directions. Both values
# of their first and of their last bits are there, so that flows are on both cables however hashes are
# dealt to them.
spread_far() {
	local address n=2 last=(03 44 85 c6 1f)
	for address in $far_ends; do
		[ "$address" != "$switch_ip" ] || continue
		n=$((n + 1))
		lab_ip switch link add "more$n" link bond0 address "02:77:00:00:01:${last[n - 3]}" type macvlan \
			mode bridge
		lab_ip switch address add "$address/32" dev "more$n"
		lab_ip switch link set "more$n" up
		lab_ip switch rule add from "$address" table "$n"
		lab_ip switch route add 10.77.0.0/24 dev "more$n" table "$n"
	done
	lab_in switch sh -c 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore'
}

everybody_answers() {
	local address
	for address in $far_ends; do
		lab_in host ping -n -q -c 1 -W 1 "$address" || return
	done
}

# A cable loses what goes to one end, then is mended. Usage: silent NUMBER near|far LIMIT PINGS
silent() {
	lab_flows_during host "$4" "$far_ends" lab_wire_break "$1" "$2"
	lab_wire_mend "$1" "$2"
	echo "  cable $1, nothing reaches the $2 end: traffic whole after $LAB_OUTAGE ms (flows: ${LAB_FLOWS[*]})"
	[ "$LAB_OUTAGE" -gt 0 ] || fail "some flow was on cable $1"
	[ "$LAB_OUTAGE" -le "$3" ] || fail "traffic was whole after $LAB_OUTAGE ms, $3 allowed"
}

# The daemon that was chosen says why a member left. Usage: blames MEMBER SEQ REASON
blames() {
	local why
	why=$(why_left "$1" "$2")
	echo "  the $net_chosen daemon about $1: $why"
	check "it says so" grep -qE "$3" <<<"$why"
}

net_open
lab_netns wire
lab_wire 1 host eth1 switch port1
lab_wire 2 host eth2 switch port2

say "two of us"
net_pair 'lacp_rate = "fast";' 'lacp_rate = "fast";'
spread_far
for who in near far; do
	net_choose "$who"
	lab_wait 10 both_distribute || fail "both members of the $who one distribute"
done
soon "every address answers" everybody_answers
for number in 1 2; do
	for end in near far; do
		net_choose near
		seq_near=$(last_event)
		net_choose far
		seq_far=$(last_event)
		silent "$number" "$end" "$limit_ms" 80
		net_choose "$end"
		blames "eth$number" "$([ "$end" = near ] && echo "$seq_near" || echo "$seq_far")" "partner silent"
		net_choose "$([ "$end" = near ] && echo far || echo near)"
		blames "eth$number" "$([ "$end" = near ] && echo "$seq_far" || echo "$seq_near")" \
			"partner not (collecting|in sync)"
		for who in near far; do
			net_choose "$who"
			soon "all is well again" both_distribute
		done
	done
done
