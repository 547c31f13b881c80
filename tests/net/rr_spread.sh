#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# rr_spread.sh - balance-rr sends in turn on every member that is up, and survives each cable.
. "$(dirname "$0")/lib.sh"

frames=1000

# Send numbered frames through bond0 and say how many came out where. Sets on_1, on_2, lost, twice.
spread() {
	read -r on_1 on_2 lost twice < <(python3 "$net_dir/spread.py" \
		"$(lab_ns host):bond0" "$(lab_ns switch):port1" "$(lab_ns switch):port2" "$frames")
	echo "  $1: $on_1 on eth1, $on_2 on eth2, $lost lost, $twice twice"
}

net_open
net_up balance-rr "$patient"

say "both members carry an equal share"
equal "the mode has no current member" null "$(bond .active_member)"
spread "two members"
equal "frames lost" 0 "$lost"
equal "frames that came twice" 0 "$twice"
difference=$((on_1 > on_2 ? on_1 - on_2 : on_2 - on_1))
check "the shares differ by $difference frames, 10 at most" [ "$difference" -le 10 ]

for n in 1 2; do
	say "cable $n"
	under_pings "pull eth$n" 1 lab_pull switch "port$n"
	equal "link of eth$n" down "$(member "eth$n" .link)"
	spread "one member"
	equal "frames lost with one member" 0 "$lost"
	carried=on_$((3 - n))
	equal "frames on the member that is left" "$frames" "${!carried}"
	under_pings "put eth$n back" 0 lab_put switch "port$n"
	soon "both are up again" both_up
done

say "packets_per_slave sends runs of that length"
net_stop
net_config balance-rr "packets_per_slave = 8;"
net_start
net_address
spread "runs of 8"
equal "frames lost with runs" 0 "$lost"
difference=$((on_1 > on_2 ? on_1 - on_2 : on_2 - on_1))
check "the shares differ by $difference frames, 24 at most" [ "$difference" -le 24 ]
