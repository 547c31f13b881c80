#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# af_packet.sh - members reached through AF_PACKET survive cables, carry TCP, and are given back.
. "$(dirname "$0")/lib.sh"

net_open
net_up active-backup "" 'netdev_driver = "af_packet";'
mac1=$(member eth1 .perm_hwaddr) mac2=$(member eth2 .perm_hwaddr)
check "the driver is AF_PACKET" grep -q af_packet <(member eth1 .driver)

say "each cable"
for n in 1 2; do
	under_pings "pull eth$n" 1 lab_pull switch "port$n"
	check "the other one took over" active_is "eth$((3 - n))"
	under_pings "put eth$n back" 0 lab_put switch "port$n"
	soon "both are up again" both_up
done

say "the kernel of the host stays deaf on the members: nothing comes twice"
# shellcheck disable=SC2016
icmp_received() { # of the host; with the column of the answers to pings
	lab_in host awk '/^Icmp: /{ if (!n) { for (n = NF; $n != "InEchoReps"; n--); } else print $n }' /proc/net/snmp
}
before=$(icmp_received)
lab_in host ping -n -q -i 0.01 -c 50 -W 1 "$switch_ip" >/dev/null
equal "answers that the host got to 50 pings" 50 $(($(icmp_received) - before))
under_pings "from the host" 0 true
equal "answers that came twice" 0 "$LAB_DUPLICATES"
lab_ping_during switch "$host_ip" 50 true
equal "answers to the switch that came twice" 0 "$LAB_DUPLICATES"
equal "answers to the switch that were lost" 0 "$LAB_LOST"

if command -v iperf3 >/dev/null; then
	say "TCP in both directions; the peer cuts its segments itself while we have its far end"
	# A veth peer would hand over segments of up to 64 kB, which AF_PACKET rings of a port cannot hold.
	for option in "" -R; do
		lab_iperf_server switch "$switch_ip"
		# shellcheck disable=SC2086
		lab_in host timeout 15 iperf3 -c "$switch_ip" -t 1 -i 0.1 -J $option >"$LAB_DIR/iperf.json" ||
			fail "iperf3 $option: $(jq -r .error "$LAB_DIR/iperf.json")"
		read -r rate still < <(lab_iperf_figures "$LAB_DIR/iperf.json")
		echo "  $rate Mbit/s, longest standstill $still ms"
		check "at least 50 Mbit/s" [ "$rate" -ge 50 ]
	done
fi

say "the members are given back"
net_stop
equal "exit status" 0 "$stop_status"
equal "MAC of eth1" "$mac1" "$(mac_of host eth1)"
equal "MAC of eth2" "$mac2" "$(mac_of host eth2)"
equal "XDP programs left" "" "$(lab_ip host link show | grep -o 'prog/xdp.*' || true)"
