#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# idle_cpu.sh - with worker_cores = "" an idle daemon leaves the processor to others.
. "$(dirname "$0")/lib.sh"

most=5 # percent of a core
seconds=3

# Ticks of processor time that the daemon has used so far.
ticks() {
	local fields
	read -r -a fields < <(sed 's/.*) //' "/proc/$LAB_DAEMON/stat")
	echo $((fields[11] + fields[12]))
}

net_open
for mode in active-backup balance-rr; do
	if [ "$mode" = active-backup ]; then
		net_up "$mode"
	else
		net_config "$mode"
		net_start
		net_address
	fi
	lab_wait 1 false || true # what the start stirred up settles
	before=$(ticks)
	sleep "$seconds"
	used=$(($(ticks) - before))
	percent=$((used * 100 / (seconds * $(getconf CLK_TCK))))
	echo "  $mode: $percent % of a core while idle"
	check "at most $most %" [ "$percent" -le "$most" ]
	say "and still answers a ping quickly"
	rtt=$(lab_in host ping -n -q -i 0.2 -c 5 -W 1 "$switch_ip" | sed -n 's|.*= [0-9.]*/\([0-9]*\).*|\1|p')
	echo "  mean round trip $rtt ms"
	check "within 20 ms" [ "${rtt:-1000}" -lt 20 ]
	net_stop
done
