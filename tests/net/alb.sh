#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# alb.sh - balance-alb before a plain switch: clients with real stacks learn the MACs of both members.
. "$(dirname "$0")/lib.sh"

clients=8
all=()
for ((i = 1; i <= clients; i++)); do all+=("client$i"); done

# Both cables and all clients on one bridge that learns, as any switch does.
make_switch() {
	local port i
	net_cables
	lab_ip switch link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
	for port in port1 port2; do lab_ip switch link set "$port" master br0; done
	lab_ip switch link set br0 up
	for ((i = 1; i <= clients; i++)); do
		lab_netns "client$i" ipv6
		global_only "client$i"
		lab_cable "client$i" eth0 switch "to$i"
		lab_ip switch link set "to$i" master br0
		lab_ip "client$i" address add "10.77.0.1$i/24" dev eth0
		lab_ip "client$i" address add "fd77::1$i/64" dev eth0 nodad
		lab_ip "client$i" link set eth0 up
	done
}

# What all clients know: "CLIENT ADDRESS MAC" in lines.
known() {
	local client
	for client in "${all[@]}"; do
		lab_ip "$client" neigh show dev eth0 | sed -n "s/^\([^ ]*\) lladdr \([^ ]*\) .*/$client \1 \2/p"
	done
}

# How many of these lines are of a member. Usage: on MEMBER LINES
on() {
	grep -c " $(member "$1" .mac)\$" <<<"$2" || true
}

all_on() { # MEMBER
	[ "$(on "$1" "$(known)")" -eq $((2 * clients)) ]
}

# Both families together, for that is how clients are counted: half of them on each member.
evenly() {
	local lines
	lines=$(known)
	[ "$(on eth1 "$lines")" -eq "$clients" ] && [ "$(on eth2 "$lines")" -eq "$clients" ]
}

# The neighbour tables of the clients are what the daemon assigned.
as_assigned() {
	diff <(known | sort) <(lab_ctl -j show bond0 --clients | jq -r '
		(.members | map({(.name): .mac}) | add) as $mac |
		.balance.clients[] | "client\(.peer[-1:]) \(.local) \($mac[.member])"' | sort)
}

# Pings of all clients, 50 a second each for 1.5 s, while something is done; sets worst, in ms lost of one client.
# Usage: pinging COMMAND...
pinging() {
	local client ip pids=() lost
	for client in "${all[@]}"; do
		ip=$([ $((${client: -1} % 2)) -eq 0 ] && echo "$host_ip" || echo "$host_ip6")
		lab_spawn "$client" ping -n -q -i 0.02 -c 75 -W 1 "$ip" >"$LAB_DIR/ping.$client" 2>&1
		pids+=("$LAB_PID")
	done
	sleep 0.4
	"$@"
	wait "${pids[@]}" || true
	worst=0
	for client in "${all[@]}"; do
		lost=$(sed -n 's/^\([0-9]*\) packets transmitted, \([0-9]*\) received.*/\1 - \2/p' "$LAB_DIR/ping.$client")
		lost=$(((${lost:-75}) * 20))
		[ "$lost" -le "$worst" ] || worst=$lost
	done
}

# What came in on a member. Usage: received MEMBER
received() {
	member "$1" .rx_packets
}

greet() {
	local client pids=()
	for client in "${all[@]}"; do
		lab_spawn "$client" ping -n -q -c 1 -W 2 "$host_ip" >"$LAB_DIR/greet.$client" 2>&1
		pids+=("$LAB_PID")
	done
	wait "${pids[@]}"
	pids=()
	for client in "${all[@]}"; do
		lab_spawn "$client" ping -n -q -c 1 -W 2 "$host_ip6" >"$LAB_DIR/greet.$client" 2>&1
		pids+=("$LAB_PID")
	done
	wait "${pids[@]}"
}

net_open ipv6
# No link-local addresses, which would be clients as well, at times that only the kernel knows.
global_only() { # WHAT
	lab_in "$1" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/addr_gen_mode'
}
global_only host
make_switch
net_config balance-alb "miimon = 50;"
net_start
net_address
lab_ip host address add "$host_ip6/64" dev bond0 nodad

say "$clients clients ask for the host and learn the MACs of both members, over IPv4 and IPv6"
check "everyone gets an answer" greet
soon "half of them on each member" evenly
soon "their tables are as the daemon assigned" as_assigned
check "bondctl shows them" grep -q "^  10.77.0.11 .* eth[12]" <(lab_ctl show bond0 --clients)

say "what they send arrives as assigned"
on1=$(received eth1) on2=$(received eth2)
pinging true
equal "lost" 0 "$worst"
on1=$(($(received eth1) - on1)) on2=$(($(received eth2) - on2))
echo "  $on1 frames on eth1, $on2 on eth2"
check "both receive" [ $((on1 < on2 ? on1 : on2)) -ge $((clients * 75 / 8)) ]

for n in 1 2; do
	other=$((3 - n))
	say "the cable of eth$n is pulled: its clients move"
	pinging lab_pull switch "port$n"
	echo "  the client that lost most lost $worst ms"
	check "no client loses more than 100 ms" [ "$worst" -le 100 ]
	check "all send to eth$other a second later" all_on "eth$other"
	say "it is put back: they are spread again, without loss"
	pinging lab_put switch "port$n"
	equal "lost" 0 "$worst"
	soon "half of them on each member again" evenly
	soon "their tables are as the daemon assigned" as_assigned
done

say "ARP of the host is on its way again at once"
python3 "$net_dir/alb_delay.py" "$(lab_ns host)" "$(lab_ns switch)" || fail "half of it within 200 us, or above the limit of this machine"
