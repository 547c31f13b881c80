#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# hostile_clients.sh - whatever clients do at the socket, the bond forwards and others are served.
. "$(dirname "$0")/lib.sh"

# Resident memory of the daemon in kB.
resident() {
	sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$LAB_DAEMON/status"
}

descriptors() {
	find "/proc/$LAB_DAEMON/fd" -mindepth 1 | wc -l
}

descriptors_are() {
	[ "$(descriptors)" -le "$1" ]
}

# Let hostile.py do one thing while pings go on and an honest client asks. Usage: hostile KIND
hostile() {
	python3 "$net_dir/hostile.py" "$socket" "$1" >"$LAB_DIR/hostile.log" 2>&1 &
	local client=$! asked=0
	while kill -0 "$client" 2>/dev/null; do
		if lab_ctl list >/dev/null 2>"$LAB_DIR/honest.log"; then
			asked=$((asked + 1))
		elif [ "$1" != many_connections ] || [ ! -s "$LAB_DIR/honest.log" ]; then
			fail "an honest client is served during $1: $(cat "$LAB_DIR/honest.log")"
		fi
		sleep 0.1
	done
	wait "$client" || { cat "$LAB_DIR/hostile.log"; fail "the daemon treats $1 as it should"; }
	[ "$asked" -gt 0 ] || [ "$1" = many_connections ] || fail "the honest client had a turn during $1"
	soon "an honest client is served after $1" lab_ctl list
}

# A cable is pulled while somebody floods the socket.
pull_in_flood() {
	local client
	: >"$LAB_DIR/flood.log"
	python3 "$net_dir/hostile.py" "$socket" floods >"$LAB_DIR/flood.log" 2>&1 &
	client=$!
	soon "the flood begins" grep -q flooding "$LAB_DIR/flood.log"
	lab_pull switch port1
	wait "$client" || { cat "$LAB_DIR/flood.log"; fail "the flood is answered"; }
	echo "  $(tail -n 1 "$LAB_DIR/flood.log")"
}

net_open
net_up active-backup
memory=$(resident) files=$(descriptors)

for kind in garbage half_line no_newline deep_json bad_requests never_reads slow_reader many_connections; do
	under_pings "$kind" 0 hostile "$kind"
done
under_pings "a cable pulled in a flood of requests" 5 pull_in_flood
check "the other member took over" active_is eth2
check "the daemon still answers" lab_ctl show bond0 >/dev/null
soon "the clients' descriptors are closed" descriptors_are $((files + 2))
grown=$(($(resident) - memory))
echo "  the daemon grew by $grown kB"
check "at most 32 MB" [ "$grown" -le 32768 ]
net_stop
equal "exit status" 0 "$stop_status"
