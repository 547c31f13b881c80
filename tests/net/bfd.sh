#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# bfd.sh - two of us, micro-BFD at 10 ms x 3: a cable that loses frames in silence costs 50 ms at most.
. "$(dirname "$0")/lib.sh"

limit=50    # ms without an answer
LAB_FIRST=1 # 10 ms x 3 is less than a busy machine lets an ordinary process wait for a core
export LAB_FIRST

# The settings of one end. Usage: settings LOCAL REMOTE [MORE]
settings() {
	echo "bfd: { local = \"$1\"; remote = \"$2\"; interval = 10; multiplier = 3; }; ${3:-}"
}

# Two daemons back to back. Usage: pair MODE LOCAL REMOTE [MORE]
pair() {
	net_choose near
	socket=$LAB_SOCKET
	net_config "$1" "$(settings "$2" "$3" "${4:-}")"
	net_start
	net_choose far
	socket=$LAB_SOCKET
	net_config "$1" "$(settings "$3" "$2" "${4:-}")"
	sed -i 's/netdev = "eth/netdev = "port/g' "$config"
	lab_daemon switch "$config" "$socket" "$LAB_DIR/far.log" || fail "the far daemon starts"
	lab_ip switch address add "$switch_ip/24" dev bond0
	lab_ip switch link set bond0 up
	net_address
	both sessions_are up
	soon "the far end answers" lab_in host ping -n -q -c 1 -W 1 "$switch_ip"
}

stop_both() {
	local who
	for who in far near; do
		net_choose "$who"
		net_stop
		equal "exit status of the $who one" 0 "$stop_status"
	done
}

session_is() { # MEMBER STATE
	[ "$(member "$1" .bfd.state)" = "$2" ]
}

sessions_are() { # STATE
	session_is eth1 "$1" && session_is eth2 "$1"
}

sends() { # MEMBER true|false
	[ "$(member "$1" .tx)" = "$2" ]
}

# Wait until something is so at both ends. Usage: both COMMAND...
both() {
	local who
	for who in far near; do
		net_choose "$who"
		soon "the $who one: $*" "$@"
	done
}

# Why the session of a member went down. Usage: reason MEMBER SEQ
reason() {
	events "$1" bfd "map(select(.seq > $2 and .from == \"up\")) | .[0].reason // \"\""
}

# One direction of the cable in use is lost, then mended. Usage: silent near|far
silent() {
	local n before
	net_choose near
	n=$(bond .active_member)
	n=${n#eth}
	before=$(last_event)
	outage_during lab_wire_break "$n" "$1"
	echo "  eth$n, nothing reaches the $1 end: $outage ms without an answer, $lost pings lost; near end: $(reason "eth$n" "$before")"
	[ "$lost" -gt 0 ] || fail "some pings were on that cable"
	[ "$outage" -le "$limit" ] || fail "$outage ms without an answer, $limit allowed"
	check "the near end knows why" test -n "$(reason "eth$n" "$before")"
	net_choose far
	check "the far end has left it too" not active_is "eth$n"
	lab_wire_mend "$n" "$1"
	both sessions_are up
}

# Until workers hand BFD up no session can come up.
grep -rqs bond_bfd_is "$net_top/lib/bond/dp" || skip "needs a data path that hands BFD up"
net_open
lab_netns wire
lab_wire 1 host eth1 switch port1
lab_wire 2 host eth2 switch port2

say "active-backup, IPv4"
pair active-backup 10.99.0.1 10.99.0.2
equal "detection time, ms" 30 "$(member eth1 '.bfd.detection_ms | floor')"
for _ in 1 2; do
	silent near
	silent far
done

say "no false alarm in 5 s"
before=$(last_event)
lab_run sleep 5
net_choose near
changes=$(events "" bfd "map(select(.seq > $before)) | length")
if [[ -n ${BESIDE:-} ]]; then # 30 ms without a core are common then, and no failure of ours
	say "  $changes changes of sessions; judged only when no other tests run beside"
else
	equal "changes of sessions" 0 "$changes"
fi

say "the far one leaves in order"
net_choose near
before=$(last_event)
net_choose far
net_stop
net_choose near
soon "the near one hears it" session_is eth1 down
equal "reason" "the neighbour is administratively down" "$(reason eth1 "$before")"
net_stop

say "802.3ad, IPv6: data stops, LACP goes on"
pair 802.3ad fd99::1 fd99::2 'lacp_rate = "fast";'
both both_distribute
lab_wire_break 1 near
net_choose near
soon "eth1 sends no data" sends eth1 false
check "its link stays up" member_link_is eth1 up
lab_wire_mend 1 near
both sessions_are up
stop_both
