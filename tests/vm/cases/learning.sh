#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# learning.sh - balance-alb (or MODES) teaches the switch in every VLAN on bond0; in one guest.
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib.sh"

own=02:00:00:00:03:00 # MAC address of a VLAN device that has one

# What is learned on the cables for some seconds goes to $VM_DIR/learned, while something is done once it
# is listened. Usage: learned SECONDS COMMAND...
learned() {
	local seconds=$1
	shift
	dut "rm -f /run/learned; setsid python3 /lab/learning.py $seconds far:a1 far:a2 </dev/null >/run/learned 2>&1 &
		wait_for 20 grep -q listening /run/learned"
	"$@"
	sleep "$seconds" # nothing else can tell that no more comes
	dut "wait_for 20 not pgrep -f learning.py; cat /run/learned" >"$VM_DIR/learned"
	sed 's/^/  /' "$VM_DIR/learned"
}

# So often a MAC address was taught. Usage: times CABLE VLAN MAC
times() {
	awk -v cable="$1" -v vlan="$2" -v mac="$3" \
		'$1 == cable && $2 == vlan && $3 == mac { n = $4 } END { print n + 0 }' "$VM_DIR/learned"
}

# Usage: taught CABLE VLAN MAC LEAST MOST
taught() {
	local n
	n=$(times "$1" "$2" "$3")
	[[ $n -ge $4 && $n -le $5 ]] || fail "$3 was taught $n times on $1 in VLAN $2, $4 to $5 was expected"
}

# Usage: mode NAME
mode() {
	local first second vlan
	say "$1: every second, on every member, in every VLAN"
	in_dut "the daemon starts, VLANs stand on bond0" "bondd_configure $1 'b1 b2' 'lp_interval = 1;'
		bondd_start
		modprobe 8021q
		ip link add link bond0 name v100 type vlan id 100
		ip link add link bond0 name v200 type vlan id 200
		ip link add link bond0 name v300 address $own type vlan id 300
		for v in v200 v300; do echo 1 >/proc/sys/net/ipv6/conf/\$v/disable_ipv6; done
		ip address add 10.9.0.2/24 dev bond0; ip address add 10.9.100.2/24 dev v100
		for v in bond0 v100 v200 v300; do ip link set \$v up; done
		wait_for 20 member_is b1 .link up; wait_for 20 member_is b2 .link up; sleep 1"
	first=$(dut 'member b1 .mac') second=$(dut 'member b2 .mac')
	learned 4 true
	for vlan in 0 100 200; do # v200 has no address at all, and may serve a container
		taught a1 "$vlan" "$first" 3 6
		taught a2 "$vlan" "$second" 3 6
		taught a2 "$vlan" "$first" 0 0
	done
	taught a1 300 "$own" 3 6 # only where it is received
	taught a2 300 "$own" 0 0
	say "$1: at once when another member takes over"
	in_dut "the next is far away" 'ctl set bond0 lp_interval=1000'
	learned 5 cable off 1
	for vlan in 0 100 200; do taught a2 "$vlan" "$first" 1 3; done
	taught a2 300 "$own" 1 3
	cable on 1
	in_dut "the daemon ends" 'wait_for 20 member_is b1 .link up; bondd_stop'
}

case_open
one_guest "virtio e1000e" --iommu
in_dut "the kernel has its NICs" 'nic_kernel b1 b2'
in_sw "a learning switch" 'linux_bridge off 10.9.0.1/24 a1 a2'
for name in ${MODES:-balance-alb}; do mode "$name"; done # balance-tlb takes another minute
