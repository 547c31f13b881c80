#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# alb_storm.sh - balance-alb under storms of ARP, from the host and from the wire: data goes on, memory is bounded.
# Usage: alb_storm.sh [FRAMES_A_SECOND]
. "$(dirname "$0")/lib.sh"

rate=${1:-100000}
seconds=3

resident() { # kB
	sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$LAB_DAEMON/status"
}

# Storms of these kinds, from all sides at once. Usage: storm KIND...
storm() {
	local kind where pids=()
	for kind; do
		where=$([ "$kind" = host ] && echo "$(lab_ns host):bond0" || echo "$(lab_ns switch):port1")
		python3 "$net_dir/storm.py" "$kind" "$where" "$bond_mac" "$seconds" "$rate" >"$LAB_DIR/storm.$kind" &
		pids+=($!)
	done
	wait "${pids[@]}"
	for kind; do echo "  $kind: $(($(cat "$LAB_DIR/storm.$kind") / seconds)) frames a second"; done
}

# Frames that the daemon dropped, but for those of the storm that were refused.
dropped() {
	bond '[.host, .members[]] | map(.drops | del(.punt_ring_full) | add) | add'
}

# Nothing but the storm is dropped by us, and data goes on. How many pings are lost depends on the machine:
# without a processor nobody takes frames out of the kernel's queues. That none is lost where there is time
# is shown by eal/dp_storm. Usage: stormy KIND...
stormy() {
	local drops
	drops=$(dropped)
	under_pings "storms: $*" $((ping_count * 9 / 10)) storm "$@"
	equal "frames that were dropped beside the storm" "$drops" "$(dropped)"
	echo "  the kernel had no room for $(lab_ip host -j -s link show dev bond0 | jq '.[0].stats64.tx.dropped') frames so far"
}

net_open
net_up balance-alb "miimon = 50;"
bond_mac=$(mac_of host bond0)
memory=$(resident)
ping_count=400

say "the host tells ever more neighbours of itself"
stormy host
equal "clients" 4096 "$(bond .balance.clients_now)"
check "the others were counted" [ "$(bond .balance.clients_refused)" -gt 0 ]
check "what was not handled was counted" [ "$(bond .host.drops.punt_ring_full)" -gt 0 ]

say "answers are forged, with another MAC address each; some in the name of the host"
stormy wire
check "they are heard" [ "$(bond .balance.heard)" -gt 0 ]
check "conflicts are counted" [ "$(bond .balance.conflicts)" -gt 0 ]

say "both at once"
stormy host wire
equal "clients" 4096 "$(bond .balance.clients_now)"
check "clients with another MAC address are counted" [ "$(bond .balance.peers_moved)" -gt 0 ]

say "afterwards all is as before"
under_pings "no storm" 0 true
grown=$(($(resident) - memory))
echo "  the daemon grew by $grown kB"
check "at most 8 MB" [ "$grown" -le 8192 ]
