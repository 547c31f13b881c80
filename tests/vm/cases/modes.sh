#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# modes.sh - every mode against Linux bonding or a Linux bridge, one guest, virtio and e1000e behind an IOMMU.
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib.sh"

frames_in='echo "$(</sys/class/net/a1/statistics/rx_packets) $(</sys/class/net/a2/statistics/rx_packets)"'

# Frames of ours that came in over each cable while five pings go to each of eight addresses, as
# "CABLE1 CABLE2".
spread() {
	local before after
	before=$(sw "$frames_in")
	in_dut "pings to eight addresses" '
		for n in $(seq 11 18); do
			ping -n -q -i 0.02 -c 5 -W 2 10.9.0.$n >/run/spread.$n 2>&1 & pids+=($!)
		done
		for pid in ${pids[@]}; do wait $pid; done'
	after=$(sw "$frames_in")
	echo $((${after% *} - ${before% *})) $((${after#* } - ${before#* }))
}

# Usage: spread_is HOW CABLE1 CABLE2; of 40 pings, some ARP and LACP
spread_is() {
	echo "  frames of 40 pings over the cables: $2 and $3"
	case $1 in
	one) [[ ($2 -ge 40 && $3 -lt 20) || ($3 -ge 40 && $2 -lt 20) ]] ;;
	both) [[ $2 -ge 5 && $3 -ge 5 ]] ;;
	each) [[ $2 -ge 40 && $3 -ge 40 ]] ;;
	esac
}

# One mode, unless MODES names others. Usage: mode NAME HOW_FRAMES_SPREAD OTHER_END SETTINGS
mode() {
	local name=$1 how=$2 end=$3 settings=$4 frames cut lost rate
	[[ -z ${MODES:-} || " $MODES " == *" $name "* ]] || return 0
	say "$name"
	in_sw "the other end" "$end
		printf 'address add 10.9.0.%s/24 dev bond0\n' {11..18} | ip -batch -
		pgrep iperf3 >/dev/null || serve" &
	local other_end=$!
	in_dut "the daemon starts" "bondd_configure $name 'b1 b2' '$settings'
		bondd_start
		ip address add 10.9.0.2/24 dev bond0; ip link set bond0 up
		wait_for 30 ping -n -q -c 1 -W 1 10.9.0.1
		wait_for 10 member_is b1 .link up; wait_for 10 member_is b2 .link up"
	check "the other end" wait "$other_end"
	[ "$name" != 802.3ad ] || in_dut "both members distribute" 'wait_for 30 distribute b1 b2'
	read -ra frames < <(spread)
	spread_is "$how" "${frames[@]}" || fail "$name: frames spread over cables: $how"
	rate=$(dut 'echo $(tcp 1 10.9.0.1) $(tcp 1 10.9.0.1 -R)') || fail "$name: TCP passes: $rate"
	echo "  TCP: ${rate% *} Mbit/s out, ${rate#* } Mbit/s in"
	cut=$((frames[0] < frames[1] ? 2 : 1)) # where our pings leave
	dut 'pings 10.9.0.1 40' >"$VM_DIR/pings" &
	local pings=$!
	sleep 1.5
	cable off "$cut"
	wait "$pings"
	read -r _ lost <"$VM_DIR/pings"
	at_most "pings lost of 40 when cable $cut is cut" 5 "$lost"
	cable on "$cut"
	in_dut "the member returns" "wait_for 20 member_is b$cut .link up; bondd_stop"
}

case_open
one_guest "virtio e1000e" --iommu
in_dut "the kernel has its NICs" 'nic_kernel b1 b2'
mode balance-rr both "linux_bond 'mode balance-rr' 10.9.0.1/24 a1 a2" ''
mode active-backup one "linux_bridge off 10.9.0.1/24 a1 a2" ''
mode balance-xor both "linux_bond 'mode balance-xor xmit_hash_policy layer2+3' 10.9.0.1/24 a1 a2" \
	'xmit_hash_policy = "layer2+3";'
mode broadcast each "linux_bond 'mode broadcast' 10.9.0.1/24 a1 a2" ''
mode 802.3ad both "linux_bond 'mode 802.3ad lacp_rate fast xmit_hash_policy layer2+3' 10.9.0.1/24 a1 a2" \
	'lacp_rate = "fast"; xmit_hash_policy = "layer2+3";'
mode balance-tlb both "linux_bridge off 10.9.0.1/24 a1 a2" 'xmit_hash_policy = "layer2+3";'
mode balance-alb both "linux_bridge off 10.9.0.1/24 a1 a2" 'xmit_hash_policy = "layer2+3";'
