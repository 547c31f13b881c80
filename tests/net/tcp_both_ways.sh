#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# tcp_both_ways.sh - TCP and UDP in both directions with the offloads a veth has by default.
. "$(dirname "$0")/lib.sh"

least=50 # Mbit/s
seconds=1

# Run iperf3 and look at its report. Usage: stream SENTENCE ADDRESS [OPTION...]
stream() {
	local sentence=$1 address=$2 report=$LAB_DIR/iperf.json rate still
	shift 2
	lab_iperf_server switch "$address"
	lab_in host timeout 15 iperf3 -c "$address" --connect-timeout 3000 -t "$seconds" -i 0.1 -J \
		"$@" >"$report" || fail "$sentence: $(jq -r .error "$report")"
	read -r rate still < <(lab_iperf_figures "$report")
	echo "  $sentence: $rate Mbit/s, longest standstill $still ms"
	[ "$rate" -ge "$least" ] || fail "$sentence: $rate Mbit/s, $least wanted"
	[ "$still" -le 1000 ] || fail "$sentence: nothing moved for $still ms"
}

command -v iperf3 >/dev/null || skip "needs iperf3"
net_open ipv6
net_up active-backup
lab_ip switch address add "$switch_ip6/64" dev br0 nodad
lab_ip host address add "$host_ip6/64" dev bond0 nodad
soon "the switch answers by IPv6" lab_in host ping -n -q -c 1 -W 1 "$switch_ip6"

say "the peer leaves checksums to a NIC that is not there"
check "port1 offers checksum offload" \
	grep -q '^tx-checksumming: on' <(lab_in switch ethtool -k port1)

say "active-backup"
stream "TCP, host to switch" "$switch_ip"
stream "TCP, switch to host" "$switch_ip" -R
stream "TCP over IPv6, host to switch" "$switch_ip6"
stream "TCP over IPv6, switch to host" "$switch_ip6" -R

say "UDP arrives whole, also the shortest datagrams"
for size in 0 1 11 12 13; do
	lab_spawn host timeout 3 python3 -c 'import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 7000))
s.recv(2000)'
	soon "somebody waits for the datagram" lab_in host grep -q ':1B58 ' /proc/net/udp
	lab_in switch python3 -c "import socket
socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x' * $size, ('$host_ip', 7000))"
	wait "$LAB_PID" || fail "a datagram with $size octets arrives"
done
least=18
stream "UDP, host to switch" "$switch_ip" -u -b 20M
stream "UDP, switch to host" "$switch_ip" -u -b 20M -R

say "balance-rr"
net_stop
net_config balance-rr
net_start
net_address
least=50
stream "TCP, host to switch" "$switch_ip"
stream "TCP, switch to host" "$switch_ip" -R
