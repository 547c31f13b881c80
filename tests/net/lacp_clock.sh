#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# lacp_clock.sh - SYS-17: the wall clock jumps by hours in both directions, and LACP does not care.
. "$(dirname "$0")/lib.sh"

# The daemons see a wall clock that is so many seconds off. Usage: clock_off SECONDS
clock_off() {
	echo "$1" >"$LAB_DIR/clock.new"
	mv "$LAB_DIR/clock.new" "$LAB_DIR/clock"
}

# What their machines have done since: nothing. Usage: quiet WORDS
quiet() {
	local who
	for who in near far; do
		net_choose "$who"
		equal "$1: what LACP of the $who one did" "" \
			"$(events "" lacp-rx "map(select(.seq > ${seen[$who]}) | .to) | join(\" \")")$(events "" \
				lacp-mux "map(select(.seq > ${seen[$who]}) | .to) | join(\" \")")"
		check "$1: both members of the $who one distribute" both_distribute
	done
}

net_open
shim=$(dirname "$BONDD")/../../tests/net/clock_step.so
[ -f "$shim" ] || skip "needs $shim"
cat >"$LAB_DIR/bondd" <<-WRAPPER
	#!/bin/sh
	export LD_PRELOAD=$(readlink -f "$shim") CLOCK_STEP=$LAB_DIR/clock ASAN_OPTIONS=verify_asan_link_order=0
	exec $(readlink -f "$BONDD") "\$@"
WRAPPER
chmod +x "$LAB_DIR/bondd"
BONDD=$LAB_DIR/bondd
clock_off 0
net_cables
net_pair 'lacp_rate = "fast";' 'lacp_rate = "fast";'
declare -A seen
for who in near far; do
	net_choose "$who"
	lab_wait 10 both_distribute || fail "both members of the $who one distribute"
	seen[$who]=$(last_event)
done
ping_count=400 # four seconds: a timeout would show
for off in 3600 -3600; do
	under_pings "the clock steps to $off s off" 0 clock_off "$off"
	quiet "$off s off"
done

say "it was the daemons' clock"
net_choose near
lab_pull switch port1
soon "eth1 does not distribute" not mux_is eth1 DISTRIBUTING
at=$(events eth1 lacp-mux '.[-1].at')
echo "  the last event is $(ms_between "$EPOCHREALTIME" "$at") ms ahead of this machine's clock"
check "its time is an hour back" [ "$(jq -n "$at - $EPOCHREALTIME < -3590")" = true ]
