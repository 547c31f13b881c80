#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# lacp_identity.sh - the same LACP system and port numbers after restarts and changed configurations.
. "$(dirname "$0")/lib.sh"

# System ID, and the port number of each member. Usage: identity
identity() {
	lab_ctl -j lacp bond0 | jq -r '[.ports[] | .name + "=" + (.actor.port | tostring)] | sort | join(" ")'
	lab_ctl -j lacp bond0 | jq -r '[.ports[].actor.system] | unique | join(" ")'
}

# Start with members in an order. Usage: start_with MEMBER...; sets is
start_with() {
	local member list=()
	for member; do
		list+=("{ name = \"$member\"; netdev = \"$member\"; }")
	done
	net_config 802.3ad
	sed -i '/members:/,/);/d' "$config"
	sed -i "s|^[[:space:]]*mode = .*|&\n  members: ( $(IFS=,; echo "${list[*]}") );|" "$config"
	grep -q '});' "$config" || echo '});' >>"$config"
	net_start
	is=$(identity)
	net_stop
	equal "exit status" 0 "$stop_status"
}

net_open
net_cables
lab_cable host eth3 switch port3

say "the first start"
start_with eth1 eth2
first=$is
equal "its system and ports" "eth1=1 eth2=2
$(lab_ip host -j link show eth1 | jq -r '.[0].address')" "$first"

say "a restart, and another order"
start_with eth1 eth2
equal "after a restart" "$first" "$is"
start_with eth2 eth1
equal "in another order" "$first" "$is"

say "without the first member, and with a new one before it"
start_with eth3 eth2
equal "system and ports" "eth2=2 eth3=3
${first#*$'\n'}" "$is"
start_with eth3 eth2 eth1
equal "with all of them" "eth1=1 eth2=2 eth3=3
${first#*$'\n'}" "$is"

say "what the configuration says goes before"
net_config 802.3ad 'ad_actor_system = "02:00:00:00:00:77";'
net_start
equal "the system" 02:00:00:00:00:77 "$(identity | tail -n 1)"
net_stop
start_with eth1 eth2
equal "without it" "$first" "$is"

say "a directory that cannot be written costs one warning"
rm -r "$LAB_DIR/state"
: >"$LAB_DIR/state"
: >"$daemon_log"
start_with eth1 eth2
equal "system and ports" "$first" "$is"
equal "warnings of it" 1 "$(grep -c 'warning: bond0: .*state/bond0.json' "$daemon_log")"
