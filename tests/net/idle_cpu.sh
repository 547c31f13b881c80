#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# idle_cpu.sh - with worker_cores = "" an idle daemon leaves the processor to others.
. "$(dirname "$0")/lib.sh"

most=5 # percent of a core
seconds=2

# Ticks of processor time that the daemon has used so far.
ticks() {
	local fields
	read -r -a fields < <(sed 's/.*) //' "/proc/$LAB_DAEMON/stat")
	echo $((fields[11] + fields[12]))
}

# How often the control thread slept so far: a turn each time.
turns() {
	awk '/^voluntary/ { print $2 }' "/proc/$LAB_DAEMON/task/$LAB_DAEMON/status"
}

net_open
started=false
monitors="arp_interval = 50; arp_ip_target = \"$switch_ip\"; arp_validate = \"all\"; updelay = 30;
	bfd: { local = \"10.99.0.1\"; remote = \"10.99.0.2\"; interval = 50; required = 0; };"
for settings in "" "$monitors" rr; do
	mode=active-backup
	[ "$settings" != rr ] || mode=balance-rr settings=''
	if ! $started; then
		started=true
		net_up "$mode"
	else
		net_config "$mode" "$settings"
		net_start
		net_address
	fi
	lab_wait 1 false || true # what the start stirred up settles
	before=$(ticks) slept=$(turns)
	sleep "$seconds"
	used=$(($(ticks) - before)) slept=$((($(turns) - slept) / seconds))
	percent=$((used * 100 / (seconds * $(getconf CLK_TCK))))
	echo "  $mode, ${settings:0:18}: $percent % of a core while idle, $slept turns a second"
	check "at most $most %" [ "$percent" -le "$most" ]
	check "no turn follows another at once" [ "$slept" -le 500 ]
	say "and still answers a ping quickly"
	rtt=$(lab_in host ping -n -q -i 0.2 -c 5 -W 1 "$switch_ip" | sed -n 's|.*= [0-9.]*/\([0-9]*\).*|\1|p')
	echo "  mean round trip $rtt ms"
	check "within 20 ms" [ "${rtt:-1000}" -lt 20 ]
	net_stop
done
