#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# flaps.sh - a cable that comes and goes as fast as the kernel can tell: the other one never notices.
. "$(dirname "$0")/lib.sh"

flaps=1500 # of the far end, down and up

resident() { # kB
	awk '/^VmRSS/ { print $2 }' "/proc/$LAB_DAEMON/status"
}

descriptors() {
	find "/proc/$LAB_DAEMON/fd" -mindepth 1 | wc -l
}

# Usage: flap PORT; sets rate, flaps a second
rate=0
flap() {
	local begin=${EPOCHREALTIME//[.,]/} i
	for ((i = 0; i < flaps; i++)); do
		printf 'link set %s down\nlink set %s up\n' "$1" "$1"
	done | lab_ip switch -batch -
	rate=$((flaps * 1000000 / (${EPOCHREALTIME//[.,]/} - begin)))
}

# Pings meanwhile. Usage: storm PORT
storm() {
	local log=$LAB_DIR/ping.log ping
	lab_spawn host ping -n -i 0.005 -W 1 "$switch_ip" >"$log" 2>&1
	ping=$LAB_PID
	lab_run sleep 0.2
	flap "$1"
	lab_run sleep 0.2
	lab_signal_ping "$ping"
	LAB_SENT=$(sed -n 's/^\([0-9]*\) packets transmitted.*/\1/p' "$log")
	LAB_LOST=$((LAB_SENT - $(sed -n 's/.* \([0-9]*\) received.*/\1/p' "$log")))
}

lab_signal_ping() {
	local child
	for child in $(pgrep -P "$1") "$1"; do kill -INT "$child" 2>/dev/null || true; done
	wait "$1" || true
}

net_open
net_up active-backup
before=$(resident) fds=$(descriptors)

say "the backup flaps"
first=$(last_event)
storm port2
echo "  $rate flaps a second; $LAB_SENT pings, $LAB_LOST lost; $(member eth2 .link_failure_count) seen"
[ "$LAB_SENT" -gt 50 ] || fail "pings went out"
[ "$LAB_LOST" -le 1 ] || fail "the member in use notices nothing: $LAB_LOST pings lost"
check "eth1 still is the current one" active_is eth1
equal "failures of eth1" 0 "$(member eth1 .link_failure_count)"
check "it was a storm" [ "$(member eth2 .link_failure_count)" -gt 50 ]

say "the current one flaps, and is left at its first failure"
storm port1
echo "  $rate flaps a second; $LAB_SENT pings, $LAB_LOST lost"
[ "$LAB_LOST" -le 6 ] || fail "$LAB_LOST pings lost: more than those of one failover"
check "eth2 is current" active_is eth2
equal "changes of the current member" 1 "$(events "" active "map(select(.seq > $first)) | length")"

say "nothing leaks, events are few, and all is well afterwards"
told=$(($(last_event) - first))
echo "  $told events, $before kB before, $(resident) kB now"
check "at most some a second, not some a flap" [ "$told" -lt 600 ]
check "no memory" [ "$(resident)" -lt $((before + 4096)) ]
equal "open files" "$fds" "$(descriptors)"
soon "both members are up" both_up
net_stop
equal "exit status" 0 "$stop_status"
