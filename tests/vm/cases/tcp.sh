#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# tcp.sh - TCP through bond0, through testpmd's bond and that of Linux: same guests, same NICs, same cores.
#
# Each may use both processors as it likes: testpmd polls on one, dpdk-bondd may sleep. What a guest gets of
# the machine changes all the time: the best of several short runs counts, and the limits at the end are
# well below what was measured while others compiled and ran guests of their own.
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib.sh"

declare -A towards=() from=() # Mbit/s of each, from the view of the guest dut

# Runs of 2 s each way, so many; the best so far count. No bad checksum at either end. Usage: measure WHO RUNS
measure() {
	local said line
	said=$(sw "wait_for 20 ping -n -q -c 1 -W 1 10.9.0.2 >&2
		for run in \$(seq $2); do echo \$(tcp 2 10.9.0.2) \$(tcp 2 10.9.0.2 -R); done
		echo bad \$(bad_checksums a1 a2)") || fail "TCP and $1: $said"
	equal "$1: bad checksums at the far end" 0 "${said##*bad }"
	equal "$1: bad checksums at this end" 0 "$(dut 'bad_checksums bond0')"
	while read -r -a line; do
		[[ ${line[*]} =~ ^[0-9]+\ [0-9]+$ ]] || continue
		echo "  $1: ${line[0]} Mbit/s towards it, ${line[1]} Mbit/s from it"
		towards[$1]=$((line[0] > ${towards[$1]:-0} ? line[0] : ${towards[$1]:-0}))
		from[$1]=$((line[1] > ${from[$1]:-0} ? line[1] : ${from[$1]:-0}))
	done <<<"$said"
	[ "${from[$1]:-0}" -gt 0 ] || fail "TCP and $1: $said"
}

# Is a direction that many percent of testpmd? Usage: reaches PERCENT_TOWARDS PERCENT_FROM
reaches() {
	[ "$((100 * towards[dpdk-bondd]))" -ge "$(($1 * towards[testpmd]))" ] &&
		[ "$((100 * from[dpdk-bondd]))" -ge "$(($2 * from[testpmd]))" ]
}

linked() {
	in_sw "Linux has an aggregate of two ports" 'wait_for 40 linux_ports 2'
	in_dut "it serves" 'pgrep iperf3 || serve'
}

through_bondd() { # WHO RUNS RUNTIME SETTINGS_OF_HOST
	say "TCP through $1"
	in_dut "the daemon starts" "nic_kernel b1 b2
		bondd_configure 802.3ad 'b1 b2' 'lacp_rate = \"fast\"; xmit_hash_policy = \"layer3+4\";' '$3' \
			'type = \"virtio-user\"; $4'
		bondd_start
		ip address add 10.9.0.2/24 dev bond0; ip link set bond0 up
		wait_for 40 distribute b1 b2"
	linked
	measure "$1" "$2"
	dut 'ctl -j stats' >"$VM_DIR/stats"
	echo "  octets of a frame, on average: $(frame_size tx) to the kernel, $(frame_size rx) from it;" \
		"lost: $(lost)"
	in_dut "the daemon ends" 'bondd_stop; wait_for 10 nic_has_netdev b1; wait_for 10 nic_has_netdev b2'
}

through_testpmd() { # RUNS
	say "TCP through testpmd"
	in_dut "testpmd starts" 'nic_dpdk b1 b2
		testpmd_start 4 b1 b2
		ip address add 10.9.0.2/24 brd + dev bond0; ip link set bond0 up
		# Its LACP runs only while there is something to send.
		setsid ping -b -q -i 0.05 10.9.0.255 </dev/null >/dev/null 2>&1 & echo $! >/run/tick.pid'
	linked
	measure testpmd "$1"
	in_dut "testpmd ends" 'kill $(cat /run/tick.pid)
		testpmd_stop
		for id in b1 b2; do
			address=$(nic_pci $id)
			echo $address >/sys/bus/pci/devices/$address/driver/unbind
			echo >/sys/bus/pci/devices/$address/driver_override
			echo $address >/sys/bus/pci/drivers_probe
		done
		nic_kernel b1 b2'
}

# Octets of a frame on average, at the host interface: large ones show that TSO or GRO is at work.
# Usage: frame_size rx|tx
frame_size() {
	jq -r "[.. | .host? // empty] | .[0] | (.$1_bytes / (.$1_packets + 1)) | floor" "$VM_DIR/stats"
}

# Frames that found no room, in time.
lost() {
	jq -r '[(.result // .).bonds[] | (.host, .members[]).drops | .rx_host_full, .tx_member_full] | add' \
		"$VM_DIR/stats"
}

case_open
two_guests_with_offloads 1 --iommu --all-drivers
in_sw "Linux bonds" 'linux_bond "mode 802.3ad lacp_rate fast xmit_hash_policy layer3+4" 10.9.0.1/24 a1 a2'
for round in 1 2 3; do # until the machine was fair to both
	through_bondd dpdk-bondd 2 'worker_cores = "";' ''
	[ "$(frame_size tx)" -gt 1600 ] || fail "what is received is merged before it enters the kernel"
	[ "$(frame_size rx)" -gt 1600 ] || fail "the kernel hands over large packets"
	through_testpmd 2
	! reaches 120 200 || break
done
through_bondd "dpdk-bondd, polling" 1 'worker_cores = "1";' ''
through_bondd "dpdk-bondd without offloads" 1 'worker_cores = "";' 'csum = "off"; tso = "off"; gro = "off";'
[[ $(frame_size tx) -le 1600 && $(frame_size rx) -le 1600 ]] || fail "nothing is merged, nothing large"
say "TCP through the bond of Linux"
in_dut "Linux bonds" 'linux_bond "mode 802.3ad lacp_rate fast xmit_hash_policy layer3+4" 10.9.0.2/24 b1 b2'
linked
measure Linux 2
for who in dpdk-bondd "dpdk-bondd, polling" "dpdk-bondd without offloads" Linux; do
	echo "  $who: $((100 * towards[$who] / towards[testpmd])) and $((100 * from[$who] / from[testpmd])) % of testpmd"
done
reaches 100 150 || fail "TCP is faster than through testpmd"
