#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# lacp_linux.sh - SYS-21: 802.3ad with the bonding driver of Linux: rates, control, passive ends, silence.
. "$(dirname "$0")/lib.sh"

# The far bond as the kernel shows it.
linux_shows() {
	lab_in switch cat /proc/net/bonding/bond0
}

# Both ends of both links have this state in its eyes. Usage: linux_has_states STATE...
linux_has_states() {
	[ "$(linux_shows | awk '/^ *port state:/ { print $3 }' | sort -n | uniq -c | xargs)" = "$*" ]
}

# Both carry data, with either kind of control.
both_carry() {
	local name
	for name in eth1 eth2; do
		mux_is "$name" DISTRIBUTING || mux_is "$name" COLLECTING_DISTRIBUTING || return
	done
}

# No machine churns: ours say none at once, those of Linux go on to monitor for a minute.
no_churn() {
	! linux_shows | has 'Churn State: churned' &&
		[ "$(lab_ctl -j lacp bond0 | jq -r '[.ports[].churn | .actor, .partner] | unique | join(" ")')" = none ]
}

linux_has_no_partner() {
	! linux_has_states "$@"
}

# Make the far bond anew. Usage: linux_bond OPTIONS
linux_bond() {
	local options port
	read -ra options <<<"$1"
	lab_ip switch link delete bond0 2>/dev/null || true
	lab_ip switch link add bond0 type bond mode 802.3ad miimon 50 "${options[@]}"
	for port in port1 port2; do
		lab_ip switch link set "$port" down
		lab_ip switch link set "$port" master bond0
	done
	lab_ip switch address add "$switch_ip/24" dev bond0
	lab_ip switch link set bond0 up
}

# Start over. Usage: variant WORDS LINUX_OPTIONS SETTINGS STATES...; states as "COUNT STATE" pairs
variant() {
	local words=$1
	say "$words"
	[ -z "$LAB_DAEMON" ] || net_stop
	linux_bond "$2"
	net_config 802.3ad "$3"
	shift 3
	net_start
	net_address
	lab_wait 20 both_carry || fail "$words: both members distribute"
	echo "  both distribute $(ms_between "$(linked_at)" "$(distributed_at)") ms after their links came up"
	lab_wait 10 linux_has_states "$@" ||
		fail "$words: Linux sees the states $*: $(linux_shows | grep -E 'port state' | xargs)"
	lab_wait 10 no_churn || fail "$words: nothing churns"
	soon "$words: it answers" lab_in host ping -n -q -c 1 -W 1 "$switch_ip"
}

net_open
lab_ip switch link add bond0 type bond 2>/dev/null || skip "needs the bonding driver of Linux"
net_cables

variant "both fast" "lacp_rate fast" 'lacp_rate = "fast";' 4 63
for i in 1 2; do
	lab_pull switch "port$i"
	soon "eth$i does not distribute" not mux_is "eth$i" DISTRIBUTING
	soon "it answers over the other cable" lab_in host ping -n -q -c 1 -W 1 "$switch_ip"
	lab_put switch "port$i"
	lab_wait 10 both_distribute || fail "eth$i distributes again"
done

say "we fall silent without a word, Linux notices, and we come back"
net_stop KILL
lab_wait 10 linux_has_no_partner 4 63 || fail "Linux notices"
net_start
net_address
lab_wait 20 both_distribute || fail "both members distribute again"
lab_wait 10 linux_has_states 4 63 || fail "Linux is content again"

say "it falls silent, we notice, and it comes back"
lab_ip switch link set bond0 down
for name in eth1 eth2; do
	lab_wait 10 not mux_is "$name" DISTRIBUTING || fail "$name does not distribute"
done
lab_ip switch link set bond0 up
lab_wait 20 both_distribute || fail "both members distribute again"

variant "both slow, we coupled" "lacp_rate slow" 'coupled_control = true;' 4 61
variant "it fast, we slow" "lacp_rate fast" '' 2 61 2 63
variant "it passive, we fast" "lacp_rate slow lacp_active off" 'lacp_rate = "fast";' 2 60 2 63
variant "we passive, it fast" "lacp_rate fast" 'lacp_rate = "slow"; lacp_active = false;' 2 60 2 63
net_stop
equal "exit status" 0 "$stop_status"
