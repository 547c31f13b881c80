#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# broadcast.sh - mode broadcast sends every frame on every member, and loses none with a cable.
. "$(dirname "$0")/lib.sh"

frames=1000

# Numbered frames through bond0. Usage: spread SENTENCE WANTED_ON_1 WANTED_ON_2
spread() {
	local on_1 on_2 lost twice
	read -r on_1 on_2 lost twice < <(python3 "$net_dir/spread.py" \
		"$(lab_ns host):bond0" "$(lab_ns switch):port1" "$(lab_ns switch):port2" "$frames" $((($2 + $3) / frames)))
	echo "  $1: $on_1 on eth1, $on_2 on eth2, $lost lost, $twice twice"
	equal "$1: frames lost" 0 "$lost"
	equal "$1: frames on eth1" "$2" "$on_1"
	equal "$1: frames on eth2" "$3" "$on_2"
}

net_open
net_up broadcast

say "every frame leaves on both members"
equal "the mode has no current member" null "$(bond .active_member)"
spread "two members" "$frames" "$frames"

for n in 1 2; do
	say "cable $n"
	under_pings "pull eth$n" 1 lab_pull switch "port$n"
	equal "link of eth$n" down "$(member "eth$n" .link)"
	spread "one member" $((n == 1 ? 0 : frames)) $((n == 2 ? 0 : frames))
	under_pings "put eth$n back" 0 lab_put switch "port$n"
	soon "both are up again" both_up
	spread "two members again" "$frames" "$frames"
	check "pings are answered twice ($LAB_DUPLICATES)" [ "$LAB_DUPLICATES" -gt 0 ]
done

say "flow.lookup names both"
equal "members of a flow" "eth1 eth2" \
	"$(lab_ctl -j flow bond0 dst="$switch_ip" | jq -r '.members | join(" ")')"
