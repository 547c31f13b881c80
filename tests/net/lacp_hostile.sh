#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# lacp_hostile.sh - floods of noise, of changing partners, and its own LACPDUs coming back on one
# member: the other one carries on, and counters tell.
. "$(dirname "$0")/lib.sh"

goals="$switch_ip 10.77.0.3 10.77.0.4 10.77.0.5 10.77.0.6 10.77.0.7 10.77.0.8 10.77.0.9"

# Frames that LACP had of eth1: taken as LACPDUs, refused for their form, its own that came back, and
# those that did not get so far.
lacp_had() {
	port eth1 '[.counters.lacpdu_rx, ([.parsed[]] | add) - .parsed.lacpdu - .parsed.reflection,
		.parsed.reflection] | join(" ")'
	lab_ctl -j stats | jq '.bonds[0].members[0].drops.punt_ring_full'
}

# One attack on eth1 from its far end, with pings all the while. Usage: attack WORDS WHAT SECONDS COUNTER
# COUNTER, good, bad, back or lost, has to show it.
attack() {
	local before sent was is said begin ms
	declare -A grown
	say "$1"
	before=$(last_event)
	said=$(port eth1 .counters.lacpdu_tx) begin=${EPOCHREALTIME//[.,]/}
	mapfile -t was < <(lacp_had | tr ' ' '\n')
	lab_spawn switch timeout $(($3 + 10)) python3 "$net_dir/lacp.py" "$2" "$3" \
		"$(lab_ns switch):port1" >"$LAB_DIR/sent"
	attacker=$LAB_PID
	lab_flows_during host $(($3 * 20)) "$safe" true
	wait "$attacker" || fail "the attacker sent all the time"
	said=$(($(port eth1 .counters.lacpdu_tx) - said)) ms=$(((${EPOCHREALTIME//[.,]/} - begin) / 1000))
	sent=$(cat "$LAB_DIR/sent")
	mapfile -t is < <(lacp_had | tr ' ' '\n')
	grown=([good]=$((is[0] - was[0])) [bad]=$((is[1] - was[1])) [back]=$((is[2] - was[2]))
		[lost]=$((is[3] - was[3])))
	echo "  $sent frames: ${grown[good]} taken as LACPDUs, ${grown[bad]} refused, ${grown[back]} known" \
		"as its own, ${grown[lost]} did not get so far"
	echo "  lost by pings over eth2: ${LAB_FLOWS[*]} ms"
	echo "  it sent $said LACPDUs on eth1 in $ms ms"
	[ "$said" -le $((3 * (ms / 1000 + 1))) ] || fail "at most three LACPDUs a second answer all that"
	[ "${grown[$4]}" -gt 0 ] || fail "a counter shows it"
	check "the daemon is there" kill -0 "$LAB_DAEMON"
	equal "what eth2's LACP did meanwhile" "" \
		"$(events eth2 lacp-mux "map(select(.seq > $before) | .to) | join(\" \")")"
	check "eth2 distributes" mux_is eth2 DISTRIBUTING
	check "no ping over eth2 was lost" [ "$LAB_OUTAGE" -eq 0 ]
	lab_wait 10 both_distribute || fail "eth1 distributes again within 10 s"
}

# Addresses whose pings leave and come back through eth2 only.
flows_on_eth2() {
	local address before
	for address in $goals; do
		before=$(arrived port1)
		lab_in host ping -n -q -c 20 -i 0.005 -W 1 "$address" >/dev/null || fail "$address answers"
		[ $(($(arrived port1) - before)) -ge 20 ] || echo "$address"
	done
}

net_need_ovs
net_open
net_cables
net_lacp_up "lacp=active other_config:lacp-time=fast" 'lacp_rate = "fast";'
read -ra more <<<"$goals"
lab_ovs_addresses switch "${more[@]:1}"
# What Open vSwitch sends moves to port2 with this and stays there.
lab_pull switch port1
soon "eth1 does not distribute" not mux_is eth1 DISTRIBUTING
for address in $goals; do
	soon "$address answers" lab_in host ping -n -q -c 1 -W 1 "$address"
done
lab_put switch port1
soon "both distribute" both_distribute
safe=$(flows_on_eth2)
safe=${safe//$'\n'/ }
[ -n "$safe" ] || fail "some flow is on eth2"
echo "  flows on eth2: $safe"

attack "a flood of noise" noise 5 lost
equal "an alarm says so" dropping "$(events eth1 punt 'last | .to')"
# The other member's last events are still there, and few were made of all those changes.
first=$(events eth2 link "last | .seq")
[ -n "$first" ] || fail "eth2 has an event of its link"
before=$(last_event)
lines=$(wc -l <"$LAB_DIR/daemon.log")
attack "another partner in every LACPDU" systems 5 good
made=$(($(last_event) - before)) written=$(($(wc -l <"$LAB_DIR/daemon.log") - lines))
echo "  $made events and $written lines of the log of it"
check "few events and lines a second" [ $((made + written)) -le 400 ]
equal "the last link event of eth2 afterwards" "$first" "$(events eth2 link "last | .seq")"
[ "$(events eth1 lacp-selected 'map(select(.reason | test("more within a second"))) | length')" -ge 3 ] ||
	fail "sums of what eth1 did"
attack "its own LACPDUs come back" reflect 2 back
net_stop
equal "exit status" 0 "$stop_status"
