#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# alb_router.sh - balance-alb: router solicitations and advertisements of the host take no neighbour back.
. "$(dirname "$0")/lib.sh"

clients=4
all=()
for ((i = 1; i <= clients; i++)); do all+=("client$i"); done

# Both cables and the clients on one bridge; these are routers, and listen to others.
make_switch() {
	local port i
	net_cables
	lab_ip switch link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
	for port in port1 port2; do lab_ip switch link set "$port" master br0; done
	lab_ip switch link set br0 up
	for ((i = 1; i <= clients; i++)); do
		lab_netns "client$i" ipv6
		lab_cable "client$i" eth0 switch "to$i"
		lab_in "client$i" sh -c 'cd /proc/sys/net/ipv6/conf; echo 1 >all/forwarding; echo 2 >eth0/accept_ra'
		lab_ip switch link set "to$i" master br0
		lab_ip "client$i" link set eth0 up
	done
}

# What the clients know of the host's link-local address: "CLIENT MAC" in lines.
known() {
	local client
	for client in "${all[@]}"; do
		echo "$client $(lab_ip "$client" -j neigh show "$host_ll" dev eth0 | jq -r '.[0].lladdr // ""')"
	done
}

greet() {
	local client
	for client in "${all[@]}"; do
		lab_in "$client" ping -n -q -c 1 -W 1 "$host_ll%eth0" >/dev/null || return
	done
}

# Every client knows a member, half of them each.
evenly() {
	local lines
	lines=$(known)
	[ "$(grep -c " $(member eth1 .mac)\$" <<<"$lines")" -eq $((clients / 2)) ] &&
		[ "$(grep -c " $(member eth2 .mac)\$" <<<"$lines")" -eq $((clients / 2)) ]
}

# Router solicitations that a client has heard. Usage: heard CLIENT
heard() {
	lab_in "$1" cat /proc/net/snmp6 | awk '$1 == "Icmp6InRouterSolicits" { print $2 }'
}

solicited() { # CLIENT
	[ "$(heard "$1")" -ge "$solicitations" ]
}

has_route() { # CLIENT
	lab_ip "$1" -6 route show default | has "via $host_ll "
}

# Usage: all_of COMMAND, which gets a client
all_of() {
	local client
	for client in "${all[@]}"; do "$1" "$client" || return; done
}

net_open ipv6
make_switch
net_config balance-alb "miimon = 50;"
net_start
net_address
host_link_local() {
	host_ll=$(lab_ip host -6 -j address show dev bond0 scope link |
		jq -r '[.[0].addr_info[]? | select(.tentative | not) | .local][0] // ""')
	[ -n "$host_ll" ]
}
soon "bond0 has a link-local address" host_link_local
soon "all clients reach it" greet
soon "half of them on each member" evenly
before=$(known)
rewritten=$(bond .balance.rewritten)

say "the host asks for routers, three times"
solicitations=$(($(heard client1) + 3))
for ((i = 0; i < 3; i++)); do lab_in host python3 "$net_dir/discovery.py" rs bond0; done
soon "they hear it" solicited client1
equal "whom they know" "$before" "$(known)"

say "the host advertises itself as a router"
check "nobody has a route yet" not has_route client1
lab_in host python3 "$net_dir/discovery.py" ra bond0
soon "all take a route through it" all_of has_route
equal "whom they know" "$before" "$(known)"
check "that was rewritten" [ "$(bond .balance.rewritten)" -ge $((rewritten + 4)) ]

say "and they still reach it, where they were assigned"
check "all of them" greet
equal "whom they know" "$before" "$(known)"
