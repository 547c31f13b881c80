#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# tcp.sh - TCP through bond0, through testpmd's bond and that of Linux, in the same guests on the same NICs.
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib.sh"

seconds=4
declare -A towards=() from=() # Mbit/s of each, from the view of the guest dut

# Usage: measure WHAT
measure() {
	local rate
	rate=$(limit=150 sw "wait_for 20 ping -n -q -c 1 -W 1 10.9.0.2 >&2
		towards=\$(tcp $seconds 10.9.0.2); from=\$(tcp $seconds 10.9.0.2 -R)
		echo \$towards \$from") || fail "TCP and $1: $rate"
	echo "  $1: ${rate% *} Mbit/s towards it, ${rate#* } Mbit/s from it"
	towards[$1]=${rate% *} from[$1]=${rate#* }
}

linked() {
	in_sw "Linux has an aggregate of two ports" 'wait_for 40 linux_ports 2'
	in_dut "it serves" 'pgrep iperf3 || serve'
}

through_bondd() { # WORDS SETTINGS_OF_HOST
	say "TCP through $1"
	in_dut "the daemon starts" "nic_kernel b1 b2
		bondd_configure 802.3ad 'b1 b2' 'lacp_rate = \"fast\"; xmit_hash_policy = \"layer3+4\";' '' \
			'type = \"virtio-user\"; $2'
		bondd_start
		ip address add 10.9.0.2/24 dev bond0; ip link set bond0 up
		wait_for 40 distribute b1 b2"
	linked
	measure "$1"
	dut 'ctl -j stats' >"$VM_DIR/stats"
	in_dut "the daemon ends" 'bondd_stop; wait_for 10 nic_has_netdev b1; wait_for 10 nic_has_netdev b2'
}

through_testpmd() {
	say "TCP through testpmd"
	in_dut "testpmd starts" 'nic_dpdk b1 b2
		testpmd_start 4 b1 b2
		ip address add 10.9.0.2/24 brd + dev bond0; ip link set bond0 up
		# Its LACP runs only while there is something to send.
		setsid ping -b -q -i 0.05 10.9.0.255 </dev/null >/dev/null 2>&1 & echo $! >/run/tick.pid'
	linked
	in_dut "its broadcasts end" 'kill $(cat /run/tick.pid)'
	measure testpmd
	in_dut "testpmd ends" 'testpmd_stop
		for id in b1 b2; do
			address=$(nic_pci $id)
			echo $address >/sys/bus/pci/devices/$address/driver/unbind
			echo >/sys/bus/pci/devices/$address/driver_override
			echo $address >/sys/bus/pci/drivers_probe
		done
		nic_kernel b1 b2'
}

# Octets of a frame on average, at the host interface: large ones show that TSO or GRO is at work. What
# was read when it was measured. Usage: frame_size rx|tx
frame_size() {
	jq -r "[.. | .host? // empty] | .[0] | (.$1_bytes / (.$1_packets + 1)) | floor" "$VM_DIR/stats"
}

case_open
two_guests_with_offloads 1 --iommu
in_sw "Linux bonds" 'linux_bond "mode 802.3ad lacp_rate fast xmit_hash_policy layer3+4" 10.9.0.1/24 a1 a2'
through_bondd dpdk-bondd ''
sizes="$(frame_size tx) $(frame_size rx)"
echo "  frames of $sizes octets on average, towards and from the kernel"
[ "${sizes% *}" -gt 3000 ] || fail "what is received is merged before it enters the kernel"
[ "${sizes#* }" -gt 3000 ] || fail "the kernel hands over large packets"
through_bondd "dpdk-bondd without offloads" 'csum = "off"; tso = "off"; gro = "off";'
sizes="$(frame_size tx) $(frame_size rx)"
[[ ${sizes% *} -le 1600 && ${sizes#* } -le 1600 ]] || fail "nothing is merged, nothing large: $sizes"
through_testpmd
say "TCP through the bond of Linux"
in_dut "Linux bonds" 'linux_bond "mode 802.3ad lacp_rate fast xmit_hash_policy layer3+4" 10.9.0.2/24 b1 b2'
linked
measure Linux
for who in dpdk-bondd testpmd Linux; do
	echo "  $who: $((100 * towards[$who] / towards[testpmd])) and $((100 * from[$who] / from[testpmd])) % of testpmd"
done
