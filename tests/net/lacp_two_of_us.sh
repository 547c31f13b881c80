#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# lacp_two_of_us.sh - two of these daemons, back to back, aggregate and survive pulled cables.
. "$(dirname "$0")/lib.sh"

# The far daemon, in the namespace "switch", has its own configuration, socket and log. What lib.sh
# knows as the daemon is the one that was chosen last. Usage: choose near|far
declare -A pid
choose() {
	[ -z "$LAB_DAEMON" ] || pid[$chosen]=$LAB_DAEMON
	chosen=$1
	LAB_DAEMON=${pid[$1]:-}
	LAB_SOCKET=$LAB_DIR/$1.sock
}

# Write both configurations. Usage: configure SETTINGS_NEAR SETTINGS_FAR
configure() {
	socket=$LAB_DIR/near.sock
	net_config 802.3ad "$1"
	cp "$config" "$LAB_DIR/near.cfg"
	socket=$LAB_DIR/far.sock
	net_config 802.3ad "$2"
	sed 's/netdev = "eth/netdev = "port/g' "$config" >"$LAB_DIR/far.cfg"
}

start() {
	choose near
	lab_daemon host "$LAB_DIR/near.cfg" "$LAB_SOCKET" "$daemon_log" || fail "the near daemon starts"
	lab_ip host address add "$host_ip/24" dev bond0
	lab_ip host link set bond0 up
	choose far
	lab_daemon switch "$LAB_DIR/far.cfg" "$LAB_SOCKET" "$LAB_DIR/far.log" || fail "the far daemon starts"
	lab_ip switch address add "$switch_ip/24" dev bond0
	lab_ip switch link set bond0 up
}

# Both aggregate in time. Usage: aggregated WORDS
aggregated() {
	local who took
	for who in far near; do
		choose "$who"
		lab_wait 10 both_distribute || fail "$1: both members of the $who one distribute"
		took=$(bring_up_ms)
		echo "  the $who one: both distribute $took ms after their links came up"
		[ "$took" -le 2600 ] || fail "$1: $took ms, 2600 allowed"
	done
	soon "they answer each other" lab_in host ping -n -q -c 1 -W 1 "$switch_ip"
}

net_open
lab_netns wire
lab_wire 1 host eth1 switch port1
lab_wire 2 host eth2 switch port2

say "both active, fast and slow"
configure 'lacp_rate = "fast";' 'lacp_rate = "slow";'
start
aggregated "active and active"

say "cables pulled and put back"
ping_count=100
for i in 1 2; do
	under_pings "pull cable $i" 1 lab_wire_pull "$i"
	under_pings "put cable $i back" 0 lab_wire_put "$i"
	soon "both distribute" both_distribute
done

say "one leaves in order, the other learns it from LACP"
choose far
before=$(choose near; last_event)
net_stop
equal "exit status of the far one" 0 "$stop_status"
choose near
soon "eth1 stops to distribute" not mux_is eth1 DISTRIBUTING
soon "eth2 stops to distribute" not mux_is eth2 DISTRIBUTING
echo "  because: $(events "" lacp-mux "map(select(.seq > $before and .from == \"DISTRIBUTING\")) |
	map(.member + \": \" + .reason) | join(\", \")")"
net_stop

say "a passive one and an active one"
configure 'lacp_rate = "fast"; lacp_active = false;' 'lacp_rate = "fast";'
start
aggregated "passive and active"
