#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# lacp_ovs.sh - SYS-15, SYS-22: 802.3ad with Open vSwitch: bring-up, pulled cables, min_links, SIGTERM, kill -9.
. "$(dirname "$0")/lib.sh"

# From the link of the last member to both distributing. A passive end waits for the partner's next
# LACPDU first, which Open vSwitch sends once a second whatever the link does.
limit_ms=2600 passive_limit_ms=3600

# Start over with other settings of both ends. Usage: variant WORDS OVS_COLUMNS SETTINGS [LIMIT_MS]
variant() {
	local columns took limit=${4:-$limit_ms}
	read -ra columns <<<"$2"
	say "$1"
	[ -z "$LAB_DAEMON" ] || net_stop
	lab_ovs_set set port bond0 "${columns[@]}"
	net_config 802.3ad "$3"
	net_start
	net_address
	lab_wait 10 both_distribute || fail "$1: both members distribute"
	took=$(ms_between "$(linked_at)" "$(distributed_at)")
	echo "  both distribute $took ms after their links came up"
	[ "$took" -le "$limit" ] || fail "$1: $took ms until both distribute, $limit allowed"
	soon "Open vSwitch distributes on both" ovs_distributes 2
	soon "the switch answers" lab_in host ping -n -q -c 1 -W 1 "$switch_ip"
}

# Open vSwitch distributes, and we in its eyes, on so many members. Usage: ovs_distributes COUNT
ovs_distributes() {
	local shown
	shown=$(lab_ovs_ask lacp/show bond0) || return
	[ "$(grep -c 'actor state: .*distributing' <<<"$shown")" -eq "$1" ] &&
		[ "$(grep -c 'partner state: .*distributing' <<<"$shown")" -eq "$1" ]
}

no_carrier() { ! lab_carrier host bond0; }

# The state octet of the last LACPDU on a port and when it came. Usage: last_pdu PORT
last_pdu() {
	awk -v port="$1" '$2 == port { state = $3; at = $1 } END { print state, at }' "$LAB_DIR/pdus"
}

net_need_ovs
net_open
net_cables
net_ovs "lacp=active other_config:lacp-time=fast"

variant "both fast, both active" "lacp=active other_config:lacp-time=fast" 'lacp_rate = "fast";'

say "cables pulled and put back"
ping_count=100
for i in 1 2; do
	under_pings "pull eth$i" 1 lab_pull switch "port$i"
	soon "eth$i does not distribute" not mux_is "eth$i" DISTRIBUTING
	check "bond0 keeps its carrier" lab_carrier host bond0
	under_pings "put eth$i back" 0 lab_put switch "port$i"
	soon "both distribute" both_distribute
	soon "Open vSwitch distributes on both" ovs_distributes 2
done

say "SIGTERM tells the partner"
lab_spawn host python3 "$net_dir/lacp.py" watch 20 "$(lab_ns switch):port1" "$(lab_ns switch):port2" \
	>"$LAB_DIR/pdus"
watcher=$LAB_PID
soon "LACPDUs are seen" grep -q port2 "$LAB_DIR/pdus"
begin=$EPOCHREALTIME
net_stop
lab_wait 1 false || true
kill "$watcher"
wait "$watcher" 2>/dev/null || true
for port in port1 port2; do
	read -r state at < <(last_pdu "$port")
	echo "  last LACPDU on $port: state 0x$state, $(ms_between "$begin" "$at") ms after SIGTERM"
	equal "SYNC, COL and DIST in it" 0 $((0x$state & 0x38))
	check "it came at once" [ "$(jq -n "$at - $begin < 0.3 and $at > $begin")" = true ]
done
equal "exit status" 0 "$stop_status"

variant "Open vSwitch slow, we fast" "lacp=active other_config:lacp-time=slow" 'lacp_rate = "fast";'
variant "Open vSwitch passive, both slow" "lacp=passive other_config:lacp-time=slow" ""
# Who is passive waits for the partner's next LACPDU, up to a second.
limit_ms=$((limit_ms + 1000))
variant "we passive, both fast" "lacp=active other_config:lacp-time=fast" \
	'lacp_rate = "fast"; lacp_active = false;' "$passive_limit_ms"

variant "min_links = 2" "lacp=active other_config:lacp-time=fast" 'lacp_rate = "fast"; min_links = 2;'
lab_pull switch port1
soon "bond0 loses its carrier with one of two" no_carrier
lab_put switch port1
soon "bond0 has it again with two" lab_carrier host bond0
soon "the switch answers" lab_in host ping -n -q -c 1 -W 1 "$switch_ip"

say "kill -9, and a new daemon joins"
net_stop KILL
variant "after kill -9, both slow" "lacp=active other_config:lacp-time=slow" ""
