# SPDX-License-Identifier: BSD-3-Clause
# lib.sh - what every case in virtual machines begins with: guests, checks, a report when one fails.
# shellcheck shell=bash disable=SC2034,SC2016
#
# A case is a script that sources this file, says what it expects with check, and exits 0; it exits 77
# with a reason in its last line when it cannot run here. Guests are slow (emulated) and the machine
# may be busy: deadlines are generous, and what is judged are counts and ratios.

set -euo pipefail
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1 PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH

case_dir=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
case_top=$(dirname "$(dirname "$case_dir")")
# shellcheck source=tests/vm/lab.sh
. "$case_dir/lab.sh"

case_failed=false
case_begin=$SECONDS
far=sw # where the other end of the cables is: a guest of its own, or a network namespace of one

skip() {
	echo "$*"
	[ -z "${VM_MUST:-}" ] || exit 1
	exit 77
}

fail() {
	case_failed=true
	echo "NOT SO: $*"
	exit 1
}

# Say what is about to be looked at; to who waits, too (VM_PROGRESS: a file descriptor).
say() {
	echo "* [$((SECONDS - case_begin)) s] $*"
	[ -z "${VM_PROGRESS:-}" ] || printf '\n    %-38s ' "$*" >&"$VM_PROGRESS"
}

# Fail with the sentence unless the command succeeds. Usage: check SENTENCE COMMAND...
check() {
	local sentence=$1
	shift
	"$@" || fail "$sentence ($*)"
}

# Usage: equal SENTENCE WANTED FOUND
equal() {
	[ "$2" = "$3" ] || fail "$1: \"$2\" was expected, \"$3\" was found"
}

# At most so many. Usage: at_most SENTENCE LIMIT FOUND
at_most() {
	echo "  $1: $3 (at most $2)"
	[ "$3" -le "$2" ] || fail "$1: $3, at most $2 allowed"
}

# Begin: image, directory, traps.
case_open() {
	local missing why
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	missing=$(vm_missing)
	[ -z "$missing" ] || skip "needs $missing (scripts/deps vm)"
	BONDD=${BONDD_BUILD:-$case_top/build}/app/bondd/dpdk-bondd
	BONDCTL=${BONDD_BUILD:-$case_top/build}/app/bondctl/bondctl
	[[ -x $BONDD && -x $BONDCTL ]] || skip "needs the daemon in ${BONDD_BUILD:-build/}"
	why=$(vm_image) || skip "$why"
	vm_open
	trap case_close EXIT
}

case_close() {
	local status=$?
	set +e
	if [ "$status" -ne 0 ] && [ "$status" -ne 77 ] && [ "$status" -lt 129 ]; then # no signal
		$case_failed || echo "ended with status $status"
		case_report
	fi
	vm_close
	exit "$status"
}

# Everything that helps to understand a failure, of guests that may be dead.
case_report() {
	local log
	vm_report
	if [ -d "$VM_DIR/dut" ] && vm_alive dut; then
		echo "---- bondctl show, lacp, stats; interfaces"
		timeout 40 cat < <(vm_exec dut 20 'set +e; ctl show; ctl lacp; ctl stats; ip -s address; lspci -k | grep -A 3 Ethernet' 2>&1)
	fi
	if [ -d "$VM_DIR/${far%%/*}" ] && vm_alive "${far%%/*}"; then
		echo "---- the far end"
		timeout 40 cat < <(vm_exec "$far" 20 'set +e; ip -s address; cat /proc/net/bonding/* 2>/dev/null' 2>&1)
	fi
	for log in "$VM_DIR"/*/share/{bondd,testpmd}.log; do
		[ ! -f "$log" ] || { echo "---- $log, last lines"; tail -n 60 "$log"; }
	done
}

# Run a script in the guest with the daemon, 150 s at most. Usage: dut SCRIPT
dut() {
	vm_exec dut "${limit:-150}" "$1"
}

# Run a script at the other end of the cables. Usage: sw SCRIPT
sw() {
	vm_exec "$far" "${limit:-150}" "$1"
}

# Like check, for a script in a guest. Usage: in_dut SENTENCE SCRIPT
in_dut() {
	in_guest dut "$@"
}

in_sw() {
	in_guest sw "$@"
}

# Into a file, not a substitution: a signal to the case counts at once then.
in_guest() { # dut|sw SENTENCE SCRIPT
	local status=0
	"$1" "$3" >"$VM_DIR/said.$1" || status=$?
	[ "$status" -eq 0 ] || fail "$2 (status $status) $(cat "$VM_DIR/said.$1")"
}

# Two guests with two cables a1 === b1, a2 === b2: "dut" has b1 and b2, "sw" the others, which get to its
# kernel. Usage: two_guests MODEL [OPTION_OF_DUT...]
two_guests() {
	local model=$1
	shift
	say "two guests start"
	vm_start sw --cpus 1 --mb 512 "a1:$model:c1.a" "a2:$model:c2.a"
	vm_start dut --mb 1280 --hugepages 220 "$@" "b1:$model:c1.b" "b2:$model:c2.b"
	check "the guest sw starts" vm_ready sw
	check "the guest dut starts" vm_ready dut
	in_sw "Linux takes its NICs" 'nic_kernel a1 a2'
}

# The same with cables that pass segmentation and checksums undone; the NICs of dut have so many queues.
# Usage: two_guests_with_offloads QUEUES [OPTION_OF_DUT...]
two_guests_with_offloads() {
	local model=virtio
	[ "$1" -eq 1 ] || model=virtio-2q
	check "cables between taps" vm_wires 2 "$1"
	shift
	say "two guests start"
	vm_start sw --in "$VM_WIRES" --cpus 1 --mb 512 a1:virtio:tap=w1a a2:virtio:tap=w2a
	vm_start dut --in "$VM_WIRES" --mb 1280 --hugepages 220 "$@" "b1:$model:tap=w1b" "b2:$model:tap=w2b"
	check "the guest sw starts" vm_ready sw
	check "the guest dut starts" vm_ready dut
	in_sw "Linux takes its NICs" 'nic_kernel a1 a2'
}

# One guest with both ends of two cables; the other ends are in its network namespace "far".
# Usage: one_guest "MODEL1 MODEL2" [OPTION...]
one_guest() {
	local one=${1% *} two=${1#* }
	shift
	far=dut/far
	say "a guest starts"
	vm_start dut --mb 1280 --hugepages 220 "$@" "b1:$one:c1.b" "b2:$two:c2.b" "a1:$one:c1.a" "a2:$two:c2.a"
	check "the guest starts" vm_ready dut
	in_dut "Linux takes its NICs" 'ip netns add far; nic_kernel a1 a2
		for id in a1 a2; do ip link set $id netns far; done; ip -n far link set lo up'
}

# Carrier of cable 1 or 2 at both ends. Usage: cable on|off NUMBER
cable() {
	vm_link "$1" "dut:b$2" "${far%%/*}:a$2"
}

# A cable without a word on or off. Usage: silent on|off NUMBER
silent() {
	if [ "$1" = on ]; then vm_cable off "dut:b$2"; else vm_cable on "dut:b$2"; fi
}
