# SPDX-License-Identifier: BSD-3-Clause
# lib.sh - what every system test begins with: a lab, a daemon, checks, and a report when one fails.
# shellcheck shell=bash disable=SC2034
#
# A test is a script that sources this file, says what it expects with check, and exits 0; it exits
# 77 with a reason in its last line when it cannot run here. The lab (scripts/lab.sh) is two network
# namespaces, "host" with the daemon and "switch", with two cables eth1 === port1, eth2 === port2.

set -euo pipefail
export LC_ALL=C PYTHONDONTWRITEBYTECODE=1 PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH

net_dir=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
net_top=$(dirname "$(dirname "$net_dir")")
# shellcheck source=scripts/lab.sh
. "$net_top/scripts/lab.sh"

host_ip=10.77.0.1 switch_ip=10.77.0.2
host_ip6=fd77::1 switch_ip6=fd77::2
test_name=$(basename "$0" .sh)
ping_count=120 # for each change of a cable, 100 a second
config='' daemon_log='' socket=''
net_failed=false

skip() {
	echo "$*"
	exit 77
}

fail() {
	net_failed=true
	echo "NOT SO: $*"
	exit 1
}

# Begin: makes the namespaces, nothing in them yet. Usage: net_open [ipv6]
net_open() {
	local tool
	[ "$(id -u)" -eq 0 ] || skip "needs root"
	for tool in ip ping ethtool jq python3; do
		command -v "$tool" >/dev/null || skip "needs $tool"
	done
	lab_binaries "${BONDD_BUILD:-$net_top/build}"
	[[ -x $BONDD && -x $BONDCTL ]] || skip "needs the daemon in ${BONDD_BUILD:-build/}"
	[ -c /dev/net/tun ] || skip "needs /dev/net/tun"
	lab_open "bondd-${test_name//_/-}"
	trap net_close EXIT
	config=$LAB_DIR/bond.cfg daemon_log=$LAB_DIR/daemon.log socket=$LAB_DIR/bondd.sock
	lab_netns host "${1:-}"
	lab_netns switch "${1:-}"
}

net_close() {
	local status=$?
	set +e
	if [ "$status" -ne 0 ] && [ "$status" -ne 77 ]; then
		$net_failed || echo "ended with status $status"
		net_report
	fi
	lab_close
	exit "$status"
}

# Everything that helps to understand a failure.
net_report() {
	local what
	for what in host switch; do
		echo "---- interfaces of $what"
		lab_ip "$what" -d address 2>&1
	done
	if [ -n "$LAB_DAEMON" ] && kill -0 "$LAB_DAEMON" 2>/dev/null; then
		echo "---- bondctl show, stats"
		lab_ctl show 2>&1
		lab_ctl stats 2>&1
	fi
	if [ -n "$LAB_OVS" ]; then
		echo "---- Open vSwitch: lacp/show, bond/show"
		lab_ovs_ask lacp/show bond0 2>&1
		lab_ovs_ask bond/show bond0 2>&1
	fi
	echo "---- the daemon's log, last lines"
	[ ! -f "$daemon_log" ] || tail -n 80 "$daemon_log"
}

# Succeed when the command fails. Usage: not COMMAND...
not() {
	! "$@"
}

# Say what is about to be looked at.
say() {
	echo "* $*"
}

# Fail with the sentence unless the command succeeds. Usage: check SENTENCE COMMAND...
check() {
	local sentence=$1
	shift
	"$@" || fail "$sentence ($*)"
}

# Fail with the sentence unless the command succeeds within 5 s. Usage: soon SENTENCE COMMAND...
soon() {
	local sentence=$1
	shift
	lab_wait 5 "$@" || fail "$sentence, within 5 s ($*)"
}

# Usage: equal SENTENCE WANTED FOUND
equal() {
	[ "$2" = "$3" ] || fail "$1: \"$2\" was expected, \"$3\" was found"
}

# Two cables between host and switch.
net_cables() {
	lab_cable host eth1 switch port1
	lab_cable host eth2 switch port2
}

# Write a configuration. Usage: net_config MODE [SETTINGS_OF_THE_BOND [SETTINGS_OF_A_MEMBER]]
net_config() {
	cat >"$config" <<-CONFIG
		version = 1;
		runtime: { worker_cores = ""; memory_mb = ${memory_mb:-128}; hugepages = "off";
		  state_dir = "$LAB_DIR/state"; };
		telemetry: { socket = "$socket"; };
		log: { level = "${log_level:-info}"; };
		bonds: ({
		  name = "bond0";
		  mode = "$1";
		  ${2:-}
		  members: ( { name = "eth1"; netdev = "eth1"; ${3:-} },
		             { name = "eth2"; netdev = "eth2"; ${3:-} } );
		});
	CONFIG
}

# Start the daemon with the configuration; fails when it does not answer.
net_start() {
	lab_daemon host "$config" "$socket" "$daemon_log" || fail "the daemon starts and answers"
}

# Stop the daemon. Usage: net_stop [SIGNAL]; sets stop_status and stop_ms.
stop_status=0 stop_ms=0
net_stop() {
	local begin=${EPOCHREALTIME//[.,]/}
	kill -"${1:-TERM}" "$LAB_DAEMON"
	lab_wait 10 net_gone || fail "the daemon ends within 10 s after SIG${1:-TERM}"
	stop_ms=$(((${EPOCHREALTIME//[.,]/} - begin) / 1000))
	stop_status=0
	wait "$LAB_DAEMON" || stop_status=$?
	LAB_DAEMON=
}

# The daemon has ended (it may wait to be reaped).
net_gone() {
	local state
	state=$(sed 's/.*) //; s/ .*//' "/proc/$LAB_DAEMON/stat" 2>/dev/null) || return 0
	[ "$state" = Z ]
}

# A bridge begins to forward a moment after its port has carrier: of 500 frames that were sent as soon as
# the other end had it, by a program without a bond, it lost 2. As with real switches that is what updelay
# is for, where members that return are sent on at once and nothing may be lost.
patient="miimon = 50; updelay = 50;"

# The usual beginning: cables, a switch, the daemon, addresses, an answer. Usage: net_up MODE [SETTINGS...]
net_up() {
	net_cables
	lab_switch switch "$switch_ip/24" port1 port2
	net_config "$@"
	net_start
	net_address
	soon "the switch answers through bond0" lab_in host ping -n -q -c 1 -W 1 "$switch_ip"
}

# Skip where the peer of the LACP tests is missing.
net_need_ovs() {
	local missing
	missing=$(lab_ovs_missing)
	[ -z "$missing" ] || skip "needs Open vSwitch ($missing is missing)"
}

# What Open vSwitch says when it cannot start, as a failure. Usage: net_ovs COLUMNS
net_ovs() {
	lab_ovs switch "$switch_ip/24" "$1" port1 port2 2>"$LAB_DIR/ovs.err" ||
		fail "Open vSwitch starts: $(tail -n 3 "$LAB_DIR/ovs.err")"
}

# The usual beginning with LACP: cables that are there already, Open vSwitch, the daemon, addresses,
# and both members distribute. Usage: net_lacp_up OVS_COLUMNS SETTINGS_OF_THE_BOND
net_lacp_up() {
	net_ovs "$1"
	net_config 802.3ad "$2"
	net_start
	net_address
	soon "both members distribute" both_distribute
	soon "the switch answers through bond0" lab_in host ping -n -q -c 1 -W 1 "$switch_ip"
}

# Give bond0 its address and take it up.
net_address() {
	lab_ip host address add "$host_ip/24" dev bond0
	lab_ip host link set bond0 up
	soon "bond0 has carrier" lab_carrier host bond0
}

# Two daemons, back to back: "near" in the namespace host, "far" in switch. What lab_ctl, events and
# net_stop know as the daemon is the one that was chosen last. Usage: net_choose near|far
declare -A net_pid=()
net_chosen=
net_choose() {
	[ -z "$net_chosen" ] || net_pid[$net_chosen]=$LAB_DAEMON
	net_chosen=$1
	LAB_DAEMON=${net_pid[$1]:-}
	LAB_SOCKET=$LAB_DIR/$1.sock
}

# Configure and start both in mode 802.3ad. Usage: net_pair SETTINGS_NEAR SETTINGS_FAR
net_pair() {
	net_choose near
	socket=$LAB_SOCKET
	net_config 802.3ad "$1"
	net_start
	net_choose far
	socket=$LAB_SOCKET
	net_config 802.3ad "$2"
	sed -i 's/netdev = "eth/netdev = "port/g' "$config"
	lab_daemon switch "$config" "$socket" "$LAB_DIR/far.log" || fail "the far daemon starts"
	lab_ip switch address add "$switch_ip/24" dev bond0
	lab_ip switch link set bond0 up
	net_address
}

# The answer of the daemon about bond0, or a value in it. Usage: bond [JQ_FILTER]
bond() {
	lab_ctl -j show bond0 | jq -r "(.result // .) | ${1:-.}"
}

# Does a value of bond0 have this text? Usage: bond_is JQ_FILTER TEXT
bond_is() {
	[ "$(bond "$1")" = "$2" ]
}

# A value of a member. Usage: member NAME JQ_FILTER
member() {
	bond ".members[] | select(.name == \"$1\") | $2"
}

active_is() { # NAME
	bond_is .active_member "$1"
}

member_link_is() { # NAME LINK
	[ "$(member "$1" .link)" = "$2" ]
}

# Events of a kind of a member, or of all when the name is empty, with .at in seconds: a jq filter
# applied to their array. Usage: events MEMBER KIND JQ_FILTER
events() {
	lab_ctl -j events | jq -r --arg member "$1" --arg kind "$2" "
		map(
			select((\$member == \"\" or .member == \$member) and .kind == \$kind) |
			.at = (.time[0:19] + \"Z\" | fromdate) + (\"0.\" + .time[20:26] | tonumber)
		) | $3"
}

# The number of the newest event. Usage: last_event
last_event() {
	lab_ctl -j events | jq -r '.[-1].seq // 0'
}

# A value of what LACP knows of a member. Usage: port NAME JQ_FILTER
port() {
	lab_ctl -j lacp bond0 | jq -r ".ports[] | select(.name == \"$1\") | $2"
}

# A member's Mux machine is in a state. Usage: mux_is MEMBER STATE
mux_is() {
	[ "$(port "$1" .mux_state)" = "$2" ]
}

both_distribute() {
	mux_is eth1 DISTRIBUTING && mux_is eth2 DISTRIBUTING
}

# Seconds of "link up" of the later member, and of DISTRIBUTING of the later member.
linked_at() {
	events "" lacp-rx 'map(select(.reason == "link up") | .at) | max'
}

distributed_at() {
	events "" lacp-mux 'group_by(.member) | map(map(select(.to | endswith("DISTRIBUTING")) | .at) | max) | max'
}

# Milliseconds between two such times. Usage: ms_between FROM TO
ms_between() {
	jq -n "($2 - $1) * 1000 | floor"
}

# Why a member left DISTRIBUTING since an event. Usage: why_left MEMBER SEQ
why_left() {
	events "$1" lacp-mux "map(select(.seq > $2 and .from == \"DISTRIBUTING\")) | .[0].reason // \"\""
}

# Both cables are in and the bond uses both: what a test restores before its next step.
both_up() {
	member_link_is eth1 up && member_link_is eth2 up
}

# A value of an interface as ip(8) knows it. Usage: link_of WHAT INTERFACE JQ_FILTER
link_of() {
	lab_ip "$1" -j -d link show dev "$2" | jq -r ".[0] | $3"
}

mac_of() { # WHAT INTERFACE
	link_of "$1" "$2" .address
}

mac_is() { # WHAT INTERFACE MAC
	[ "$(mac_of "$1" "$2")" = "$3" ]
}

mtu_is() { # WHAT INTERFACE MTU
	[ "$(link_of "$1" "$2" .mtu)" = "$3" ]
}

# Frames that came in at the far end of a cable. Usage: arrived PORT
arrived() {
	lab_ip switch -j -s link show dev "$1" | jq -r '.[0].stats64.rx.packets'
}

# Pings under a change, at most so many lost. Usage: under_pings SENTENCE LIMIT COMMAND...
under_pings() {
	local sentence=$1 limit=$2
	shift 2
	lab_ping_during host "${ping_to:-$switch_ip}" "$ping_count" "$@"
	echo "  $sentence: $LAB_SENT pings, $LAB_LOST lost, $LAB_DUPLICATES twice"
	[ "$LAB_SENT" -ge $((ping_count / 2)) ] || fail "$sentence: only $LAB_SENT pings went out"
	[ "$LAB_LOST" -le "$limit" ] || fail "$sentence: $LAB_LOST pings lost, $limit allowed"
}

# Pings a millisecond apart while something is done. Usage: outage_during COMMAND...
# Sets outage, the longest time (ms) during which none of them was answered, lost and sent (pings).
outage=0 lost=0 sent=0
echo_seconds=1.5
outage_during() {
	local pinger log=$LAB_DIR/echo.log
	: >"$log" # that of the last time says so already
	lab_first python3 "$net_dir/echo.py" "$(lab_ns host)" "$switch_ip" "$echo_seconds" >"$log" &
	pinger=$!
	soon "pings are answered" grep -q running "$log"
	lab_run sleep 0.3
	"$@"
	wait "$pinger" || fail "pings could be sent"
	read -r outage lost sent < <(tail -n 1 "$log")
}
