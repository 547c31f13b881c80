# SPDX-License-Identifier: BSD-3-Clause
# lacp.sh - 802.3ad between two guests, all that a cable can do; the cases name the NICs.
# shellcheck shell=bash disable=SC2016

. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Linux chooses cables by MAC addresses, so that all pings from it leave on one; ours by IP addresses, too.
lacp_linux='linux_bond "mode 802.3ad lacp_rate fast xmit_hash_policy layer2"'
lacp_settings='lacp_rate = "fast"; xmit_hash_policy = "layer2+3";'

both_ends_agree() {
	in_dut "both members distribute" 'wait_for 40 distribute b1 b2'
	in_sw "Linux has an aggregate of two ports" 'wait_for 30 linux_ports 2'
}

# An address of the guest sw whose pings leave it on one cable, and are answered on the same or on the other
# one, as counted there; sets flow_address and flow_cable, where our answers are. Usage: find_flow same|other
flow_address='' flow_cable=''
find_flow() {
	local flows
	flows=$(limit=120 sw '
		count() { cat /sys/class/net/a1/statistics/$1; }
		for n in $(seq 11 18); do
			ip address replace 10.9.0.$n/24 dev bond0
			ping -n -q -c 1 -W 2 -I 10.9.0.$n 10.9.0.2 >/dev/null
			tx=$(count tx_packets) rx=$(count rx_packets)
			ping -n -q -i 0.02 -c 12 -W 2 -I 10.9.0.$n 10.9.0.2 >/dev/null
			tx=$(($(count tx_packets) - tx < 8 ? 2 : 1)) rx=$(($(count rx_packets) - rx < 8 ? 2 : 1))
			echo 10.9.0.$n $tx $rx
			[ $tx = $rx ] || [ '"$1"' = same ] || break
			[ $tx != $rx ] || [ '"$1"' = other ] || break
		done') || fail "pings pass before a cable is cut: $flows"
	read -r flow_address flow_cable < <(awk -v same="$1" \
		'(same == "same") == ($2 == $3) { print $1, $3; exit }' <<<"$flows") ||
		fail "our end uses both cables: $flows"
}

# Ping while something is done; prints how many were lost. Usage: pings_during COUNT COMMAND...
pings_during() {
	local count=$1 pings lost
	shift
	limit=120 sw "pings 10.9.0.2 $count $flow_address" >"$VM_DIR/pings" &
	pings=$!
	sleep 2
	"$@" >&2
	wait "$pings"
	read -r _ lost <"$VM_DIR/pings"
	echo "$lost"
}

# Nobody sends anything while a member returns: no ARP, no IPv6 (bond0 has none yet), no pings. What is not LACP
# is counted on both cables, in both directions. Usage: rejoins_in_silence COMMAND...
rejoins_in_silence() {
	local heard silence='ip link set bond0 arp off; ip neighbour flush dev bond0'
	in_dut "it is silent" "$silence"
	in_sw "it is silent, and listens" "$silence"'
		setsid python3 /lab/others.py a1 a2 </dev/null >/run/others 2>&1 &
		echo $! >/run/others.pid
		wait_for 20 grep -q listening /run/others'
	"$@"
	both_ends_agree
	heard=$(sw 'kill $(cat /run/others.pid); wait_for 10 grep LACP /run/others; sed 1d /run/others
		ip link set bond0 arp on') || fail "it has listened: $heard"
	in_dut "it talks again" 'ip link set bond0 arp on'
	echo "  heard meanwhile: $(head -n 1 <<<"$heard")"
	[[ $heard == "LACP "[1-9]*", others 0"* ]] || fail "nothing but LACP meanwhile: $heard"
}

# The cable that we use, and Linux does not, loses its carrier. What is on it at that very moment is lost
# for sure, so once without a loss is enough.
carrier_cut() {
	local try lost
	for try in 1 2 3; do
		find_flow other
		lost=$(pings_during 50 cable off "$flow_cable")
		echo "  cable $flow_cable: $lost of 50 pings lost"
		in_dut "the member is out" "wait_for 10 not distribute b$flow_cable"
		in_sw "Linux goes on with one port" 'wait_for 10 linux_ports 1'
		say "it comes back, with no traffic but LACP"
		rejoins_in_silence cable on "$flow_cable"
		[ "$lost" -gt 0 ] || return 0
	done
	fail "no ping is lost when a cable loses its carrier (tried $try times)"
}

# The cable that both use falls silent: only LACP can notice.
silent_cut() {
	local lost
	find_flow same
	lost=$(pings_during 80 silent on "$flow_cable")
	[ "$lost" -gt 5 ] || fail "the flow used the cable: $lost lost"
	at_most "cable $flow_cable, pings lost, ten a second" 35 "$lost"
	in_dut "its link is up, and it does not distribute" \
		"member_is b$flow_cable .link up; not distribute b$flow_cable"
	say "it can be heard again, with no traffic but LACP"
	rejoins_in_silence silent off "$flow_cable"
}

start_daemon() {
	in_dut "the daemon starts" 'bondd_start
		echo 1 >/proc/sys/net/ipv6/conf/bond0/disable_ipv6
		ip address add 10.9.0.2/24 dev bond0; ip link set bond0 up'
	both_ends_agree
	in_sw "it answers" 'wait_for 20 ping -n -q -c 1 -W 1 10.9.0.2'
}

# All that stands above; the guests are there.
lacp_with_cables() {
	in_sw "Linux bonds" "$lacp_linux 10.9.0.1/24 a1 a2; echo 1 >/proc/sys/net/ipv6/conf/bond0/disable_ipv6"
	say "the daemon starts, members distribute"
	in_dut "it is configured" "nic_kernel b1 b2; bondd_configure 802.3ad 'b1 b2' '$lacp_settings'"
	start_daemon
	say "a cable loses its carrier"
	carrier_cut
	say "a cable falls silent"
	silent_cut
}

# VLANs and IPv6 over bond0.
lacp_kinds_of_traffic() {
	say "VLANs and IPv6"
	in_sw "a VLAN and IPv6" '
		ip link add link bond0 name bond0.7 type vlan id 7
		ip address add 10.7.0.1/24 dev bond0.7; ip link set bond0.7 up
		echo 0 >/proc/sys/net/ipv6/conf/bond0/disable_ipv6
		ip address add fd09::1/64 dev bond0 nodad'
	in_dut "a VLAN and IPv6" '
		ip link add link bond0 name bond0.7 type vlan id 7
		ip address add 10.7.0.2/24 dev bond0.7; ip link set bond0.7 up
		echo 0 >/proc/sys/net/ipv6/conf/bond0/disable_ipv6
		ip address add fd09::2/64 dev bond0 nodad
		wait_for 10 ping -n -q -c 1 -W 1 10.7.0.1
		wait_for 10 ping -n -q -c 1 -W 1 fd09::1
		ping -n -q -c 5 -i 0.2 -s 1400 10.7.0.1; ping -n -q -c 5 -i 0.2 -s 1400 fd09::1'
	in_dut "back to usual" 'ip link delete bond0.7'
	in_sw "back to usual" 'ip link delete bond0.7'
}

jumbo_frames_pass() {
	in_dut "jumbo frames pass" 'wait_for 20 ping -n -q -c 1 -W 1 -M do -s 8972 10.9.0.1
		ping -n -q -c 10 -i 0.1 -W 2 -M do -s 8972 10.9.0.1'
	in_sw "jumbo frames pass the other way" 'ping -n -q -c 10 -i 0.1 -W 2 -M do -s 8972 10.9.0.2'
}

# A larger MTU while the bond runs. Drivers that need another start for it (e1000e) get one.
lacp_jumbo() {
	say "jumbo frames"
	in_sw "a larger MTU" 'ip link set bond0 mtu 9000'
	in_dut "bond0 takes a larger MTU with its members" 'ip link set bond0 mtu 9000
		wait_for 10 eval "[ \"\$(bond .mtu)\" = 9000 ]"'
	both_ends_agree
	jumbo_frames_pass
	in_dut "back to usual" 'ip link set bond0 mtu 1500; wait_for 10 eval "[ \"\$(bond .mtu)\" = 1500 ]"
		[ "$(cat /sys/class/net/bond0/mtu)" = 1500 ]'
	in_sw "back to usual" 'ip link set bond0 mtu 1500'
	both_ends_agree
	in_sw "it answers" 'wait_for 20 ping -n -q -c 1 -W 1 10.9.0.2'
}

# TCP and UDP both ways while the receiver at the other end verifies every checksum itself.
# Usage: lacp_checksums WORDS
lacp_checksums() {
	local bad
	say "checksums, $1"
	# virtio: without GUEST_CSUM (bit 1) the device vouches for nothing; e1000e can be told to.
	in_sw "Linux verifies checksums itself" 'for id in a1 a2; do
			ethtool -K $id rx off 2>/dev/null || true
			ethtool -k $id | grep -q "^rx-checksumming: off" ||
				[ "$(cut -c 2 "$(realpath /sys/class/net/$id/device)/features")" = 0 ]
		done
		pgrep iperf3 || serve'
	bad=$(limit=150 dut 'for step in "-t 2" "-t 2 -R" "-u -b 10M -t 1"; do
			iperf3 -c 10.9.0.1 $step >/run/iperf.log 2>&1 || { tail -n 1 /run/iperf.log; exit 1; }
		done
		echo $(counter TcpInSegs) $(bad_checksums)') ||
		fail "TCP and UDP pass, $1: $bad"
	echo "  at our end: ${bad% *} segments came, ${bad#* } checksums were bad"
	equal "bad checksums at our end, $1" 0 "${bad#* }"
	[ "${bad% *}" -gt 50 ] || fail "segments came: $bad"
	bad=$(sw 'echo $(counter TcpInSegs) $(bad_checksums a1 a2)')
	echo "  at the other end: ${bad% *} segments came, ${bad#* } checksums were bad"
	equal "bad checksums at the other end, $1" 0 "${bad#* }"
	[ "${bad% *}" -gt 500 ] || fail "segments came: $bad"
}

# kill -9, and the next one goes on where it was; then SIGTERM, and the kernel has its NICs again.
# Usage: lacp_ends KERNEL_DRIVER
lacp_ends() {
	lacp_checksums "with TSO and GRO"
	say "kill -9, and a new start, with jumbo frames, without TSO and GRO"
	in_dut "it is killed, and bond0 goes with it" 'bondd_stop KILL; [ ! -e /sys/class/net/bond0 ]
		sed -i "s/type = \"virtio-user\";/& csum = \"off\"; tso = \"off\"; gro = \"off\";/
			s/mode = \"802.3ad\";/& mtu = 9000;/" /run/bond.cfg
		grep -q "gro = \"off\"" /run/bond.cfg; grep -q "mtu = 9000" /run/bond.cfg'
	in_sw "a larger MTU" 'ip link set bond0 mtu 9000'
	start_daemon
	jumbo_frames_pass
	in_sw "back to usual" 'ip link set bond0 mtu 1500'
	lacp_checksums "without TSO and GRO"
	say "SIGTERM gives the NICs back"
	in_dut "it ends" 'bondd_stop TERM; [ ! -e /sys/class/net/bond0 ]'
	in_dut "driver, name and MAC address return" '
		for id in b1 b2; do
			mac=MAC_$id
			wait_for 10 nic_has_netdev $id
			echo "$id: $(nic_driver $id), $(nic_netdev $id), $(cat /sys/class/net/$id/address)"
			[ "$(nic_driver $id)" = '"$1"' ] && [ "$(nic_netdev $id)" = $id ]
			[ "$(cat /sys/class/net/$id/address)" = "${!mac}" ]
			[ -z "$(grep -v null /sys/bus/pci/devices/$(nic_pci $id)/driver_override)" ]
		done'
	in_dut "the kernel can use them" "$lacp_linux 10.9.0.2/24 b1 b2
		wait_for 30 linux_ports 2; wait_for 20 ping -n -q -c 1 -W 1 10.9.0.1"
}
