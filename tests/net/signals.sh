#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# signals.sh - SIGTERM and SIGINT end the daemon quickly and well, SIGHUP and SIGPIPE do not end it.
. "$(dirname "$0")/lib.sh"

# Pings as fast as they go, in the background, to keep the data path busy.
traffic() {
	lab_spawn host ping -n -q -f -W 1 "$switch_ip" >/dev/null 2>&1
	flood=$LAB_PID
}

net_open
net_up active-backup

for signal in TERM INT; do
	say "SIG$signal under traffic"
	traffic
	lab_wait 1 false || true
	net_stop "$signal"
	kill "$flood" 2>/dev/null || true
	wait "$flood" 2>/dev/null || true
	echo "  ended with $stop_status after $stop_ms ms"
	equal "exit status on SIG$signal" 0 "$stop_status"
	check "within 2 s" [ "$stop_ms" -lt 2000 ]
	check "bond0 is gone" not lab_ip host link show bond0 2>/dev/null
	check "the socket is gone" [ ! -e "$socket" ]
	net_start
	net_address
done

say "SIGHUP and SIGPIPE"
for signal in HUP PIPE HUP; do
	under_pings "SIG$signal" 0 kill -"$signal" "$LAB_DAEMON"
	check "the daemon goes on" lab_ctl list >/dev/null
done

say "a client that leaves while it is answered"
for _ in 1 2 3 4 5; do
	lab_ctl show bond0 2>/dev/null | true || true
done
check "the daemon goes on" lab_ctl list >/dev/null

say "twice SIGTERM is as good as once"
kill -TERM "$LAB_DAEMON"
net_stop TERM 2>/dev/null
equal "exit status" 0 "$stop_status"
