# SPDX-License-Identifier: BSD-3-Clause
# lab.sh - network namespaces, cables and a daemon, with a guardian that removes them; to be sourced.
# shellcheck shell=bash disable=SC2034
#
# scripts/demo and the system tests of tests/net build on this file. Everything that a lab makes
# lies in its network namespaces and in its temporary directory, so that removing those removes
# all: lab_close does it at exit, and when the script itself is killed its guardian does.
#
# Run as a program (lab.sh guard PID DIRECTORY) it is that guardian.

# Poll until COMMAND succeeds. Usage: lab_wait SECONDS COMMAND...; 1 when the time is over.
lab_wait() {
	local end=$((${EPOCHREALTIME//[.,]/} + $1 * 1000000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "${EPOCHREALTIME//[.,]/}" -lt "$end" ] || return 1
		sleep 0.02
	done
}

# Remove everything of the lab in a directory: processes, namespaces, files. May be run twice.
lab_remove() {
	local dir=$1 ns inode try
	[ -d "$dir" ] || return 0
	if [ -f "$dir/netns" ]; then
		while read -r ns inode; do
			lab_signal "$ns" TERM
		done <"$dir/netns"
		while read -r ns inode; do
			for ((try = 0; try < 60; try++)); do
				[ -n "$(ip netns pids "$ns" 2>/dev/null)" ] || break
				[ "$try" -ne 40 ] || lab_signal "$ns" KILL
				sleep 0.05
			done
			# What a killed daemon noted for the next one, which will never come.
			[ -z "$inode" ] || rm -f "/run/dpdk-bondd/netdev/$inode"-*
			[ ! -e "/run/netns/$ns" ] || ip netns del "$ns" 2>/dev/null
		done <"$dir/netns"
		rmdir /run/dpdk-bondd/netdev /run/dpdk-bondd /run/dpdk/bondd /run/dpdk 2>/dev/null
	fi
	rm -rf "$dir"
}

# Send a signal to every process of a namespace. Usage: lab_signal NAMESPACE SIGNAL
lab_signal() {
	local pids
	mapfile -t pids < <(ip netns pids "$1" 2>/dev/null)
	[ ${#pids[@]} -eq 0 ] || kill -"$2" "${pids[@]}" 2>/dev/null || true
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	[ "${1:-}" = guard ] || exit 2
	trap '' INT TERM HUP PIPE
	tail --pid="$2" -s 0.2 -f /dev/null
	lab_remove "$3"
	exit 0
fi

LAB_SH=$(readlink -f "${BASH_SOURCE[0]}")
LAB_DIR=   # the temporary directory, once open
LAB_NAME=  # prefix of the names of the namespaces
LAB_GUARD= # process id of the guardian
LAB_JOB=   # process id of the job in lab_run

# Begin. Usage: lab_open NAME; the namespaces are called NAME-WHAT-PID. Sets the traps of the script.
lab_open() {
	LAB_NAME=$1
	LAB_DIR=$(mktemp -d "${TMPDIR:-/tmp}/$LAB_NAME.XXXXXX")
	: >"$LAB_DIR/netns"
	setsid bash "$LAB_SH" guard $$ "$LAB_DIR" </dev/null >/dev/null 2>&1 &
	LAB_GUARD=$!
	disown "$LAB_GUARD"
	trap lab_close EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 141' PIPE
	trap 'exit 143' TERM
}

# End: everything is removed. The guardian goes last.
lab_close() {
	set +e
	trap '' INT TERM HUP
	[ -n "$LAB_DIR" ] || return 0
	[ -z "$LAB_JOB" ] || kill "$LAB_JOB" 2>/dev/null || true
	lab_remove "$LAB_DIR"
	kill -KILL -- "-$LAB_GUARD" 2>/dev/null || true
	LAB_DIR=
}

# Run a command so that a signal to the script ends both at once. Usage: lab_run COMMAND...
lab_run() {
	local status=0
	"$@" &
	LAB_JOB=$!
	wait "$LAB_JOB" || status=$?
	LAB_JOB=
	return "$status"
}

# The full name of a namespace. Usage: lab_ns WHAT
lab_ns() {
	echo "$LAB_NAME-$1-$$"
}

# Make a namespace with its loopback up. Usage: lab_netns WHAT [ipv6]; IPv6 is off unless asked for.
lab_netns() {
	local ns
	ns=$(lab_ns "$1")
	echo "$ns" >>"$LAB_DIR/netns"
	ip netns add "$ns"
	sed -i "s/^$ns\$/$ns $(stat -Lc %i "/run/netns/$ns")/" "$LAB_DIR/netns"
	if [ "${2:-}" != ipv6 ]; then
		# shellcheck disable=SC2016
		lab_in "$1" sh -c 'for f in all default; do
			echo 1 >/proc/sys/net/ipv6/conf/$f/disable_ipv6
		done' 2>/dev/null || true
	fi
	ip -n "$ns" link set lo up
}

# Run a command in a namespace. Usage: lab_in WHAT COMMAND...
lab_in() {
	local ns
	ns=$(lab_ns "$1")
	shift
	ip netns exec "$ns" "$@"
}

# Start a command in a namespace in the background; sets LAB_PID. Usage: lab_spawn WHAT COMMAND...
LAB_PID=
lab_spawn() {
	local ns
	ns=$(lab_ns "$1")
	shift
	ip netns exec "$ns" "$@" &
	LAB_PID=$!
}

# ip(8) in a namespace. Usage: lab_ip WHAT ARGUMENT...
lab_ip() {
	local ns
	ns=$(lab_ns "$1")
	shift
	ip -n "$ns" "$@"
}

LAB_CABLES=0 # made so far

# A cable: a veth pair, both ends up. Usage: lab_cable WHAT INTERFACE WHAT INTERFACE
# The two ends never share an interface index: the kernel may delay the link events of such pairs.
lab_cable() {
	LAB_CABLES=$((LAB_CABLES + 1))
	ip link add "$2" index $((100 + LAB_CABLES)) netns "$(lab_ns "$1")" type veth \
		peer name "$4" index $((200 + LAB_CABLES)) netns "$(lab_ns "$3")"
	lab_ip "$3" link set "$4" up
}

# A learning switch over ports that are there. Usage: lab_switch WHAT ADDRESS/LENGTH PORT...
# The ports are isolated from each other, as the ports of one trunk are: what comes in through one
# never goes out through another.
lab_switch() {
	local what=$1 address=$2 port
	shift 2
	lab_ip "$what" link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
	for port; do
		lab_ip "$what" link set "$port" master br0
		lab_ip "$what" link set dev "$port" type bridge_slave isolated on
	done
	lab_ip "$what" address add "$address" dev br0
	lab_ip "$what" link set br0 up
}

# A cable that can be got at: two veth pairs joined by a bridge in the namespace "wire", which must be
# there. It passes LACP, which bridges keep back otherwise, and learns nothing.
# Usage: lab_wire NUMBER WHAT INTERFACE WHAT INTERFACE
lab_wire() {
	local end
	lab_cable "$2" "$3" wire "near$1"
	lab_cable wire "far$1" "$4" "$5"
	lab_ip wire link add "wire$1" type bridge stp_state 0 forward_delay 0 mcast_snooping 0
	for end in "near$1" "far$1"; do
		lab_ip wire link set "$end" up
		lab_ip wire link set "$end" master "wire$1"
		lab_ip wire link set dev "$end" type bridge_slave learning off group_fwd_mask 4
	done
	lab_ip wire link set "wire$1" up
}

# Pull such a cable and put it back: both ends lose their carrier. Usage: lab_wire_pull NUMBER
lab_wire_pull() {
	printf 'link set %s down\n' "near$1" "far$1" | lab_ip wire -batch -
}

lab_wire_put() {
	printf 'link set %s up\n' "near$1" "far$1" | lab_ip wire -batch -
}

# Lose every frame that goes towards one end, with carrier, and mend it.
# Usage: lab_wire_break NUMBER near|far
lab_wire_break() {
	lab_ip wire link set dev "$2$1" type bridge_slave flood off mcast_flood off bcast_flood off
}

lab_wire_mend() {
	lab_ip wire link set dev "$2$1" type bridge_slave flood on mcast_flood on bcast_flood on
}

LAB_OVS= # files of Open vSwitch

# The first program of Open vSwitch that is missing here; nothing when all are there.
lab_ovs_missing() {
	local tool
	for tool in ovsdb-tool ovsdb-server ovs-vswitchd ovs-vsctl ovs-appctl; do
		command -v "$tool" >/dev/null || {
			echo "$tool"
			return
		}
	done
}

# The far end stands for another machine, which would not wait for the cores of this one: it goes
# first where the kernel lets it. Otherwise what waits in its queues when a cable is pulled, answers
# included, would look like a loss of ours. Usage: lab_first COMMAND...
lab_first() {
	if chrt --rr 10 true 2>/dev/null; then chrt --rr 10 "$@"; else "$@"; fi
}

# Open vSwitch in userspace, all its files in the lab, with a bond of ports under an address.
# Usage: lab_ovs WHAT ADDRESS/LENGTH "COLUMN=VALUE..." PORT...; columns are those of table Port.
lab_ovs() {
	local what=$1 address=$2 columns
	read -ra columns <<<"$3"
	shift 3
	LAB_OVS=$LAB_DIR/ovs
	export OVS_RUNDIR=$LAB_OVS OVS_LOGDIR=$LAB_OVS OVS_DBDIR=$LAB_OVS
	mkdir "$LAB_OVS"
	ovsdb-tool create "$LAB_OVS/conf.db" "${OVS_SCHEMA:-/usr/share/openvswitch/vswitch.ovsschema}" ||
		return
	lab_in "$what" ovsdb-server "$LAB_OVS/conf.db" --remote="punix:$LAB_OVS/db.sock" \
		--pidfile="$LAB_OVS/ovsdb.pid" --unixctl="$LAB_OVS/ovsdb.ctl" -vconsole:off \
		--log-file="$LAB_OVS/ovsdb.log" --detach || return
	lab_ovs_set --no-wait init || return
	lab_first ip netns exec "$(lab_ns "$what")" ovs-vswitchd "unix:$LAB_OVS/db.sock" \
		--pidfile="$LAB_OVS/vswitchd.pid" --unixctl="$LAB_OVS/vswitchd.ctl" -vconsole:off \
		--log-file="$LAB_OVS/vswitchd.log" --detach || return
	# The kernel sees the frames of the ports too, and must not answer for br0. The bond keeps a
	# flow where it is: what moves, moves because of a failure.
	lab_in "$what" sh -c 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore'
	lab_ovs_set add-br br0 -- set bridge br0 datapath_type=netdev \
		other-config:hwaddr=02:77:00:00:00:02 -- add-bond br0 bond0 "$@" -- set port bond0 \
		bond_mode=balance-tcp other_config:bond-rebalance-interval=0 "${columns[@]}" || return
	lab_ip "$what" address add "$address" dev br0
	lab_ip "$what" link set br0 up
}

# Change Open vSwitch's configuration and wait until it works by it. Usage: lab_ovs_set ARGUMENT...
lab_ovs_set() {
	ovs-vsctl --db="unix:$LAB_OVS/db.sock" --timeout=10 "$@"
}

# Ask its daemon something. Usage: lab_ovs_ask ARGUMENT...
lab_ovs_ask() {
	timeout 5 ovs-appctl -t "$LAB_OVS/vswitchd.ctl" "$@"
}

# More addresses of the switch, each with a MAC address of its own, so that flows to them spread.
# Usage: lab_ovs_addresses WHAT ADDRESS...
lab_ovs_addresses() {
	local what=$1 address n=0 more=()
	shift
	for address; do
		n=$((n + 1))
		more+=(-- add-port br0 "more$n" -- set interface "more$n" type=internal)
	done
	lab_ovs_set "${more[@]:1}" || return
	n=0
	for address; do
		n=$((n + 1))
		lab_ip "$what" address add "$address/32" dev "more$n"
		lab_ip "$what" link set "more$n" up
	done
}

# "Pull" and "put back" the cable whose far end is a port. Usage: lab_pull WHAT PORT
lab_pull() {
	lab_ip "$1" link set "$2" down
}

lab_put() {
	lab_ip "$1" link set "$2" up
}

# Is there such a line? As grep -q, but reads to the end: who writes to one that has left dies of
# SIGPIPE, and with pipefail that says no. Usage: ... | has [OPTION] PATTERN
has() { grep "$@" >/dev/null; }

# Does an interface have carrier? Usage: lab_carrier WHAT INTERFACE
lab_carrier() {
	lab_ip "$1" link show dev "$2" 2>/dev/null | has LOWER_UP
}

# The binaries of a build directory. Usage: lab_binaries BUILD
lab_binaries() {
	BONDD=$1/app/bondd/dpdk-bondd
	BONDCTL=$1/app/bondctl/bondctl
}

LAB_DAEMON= # process id of the daemon
LAB_SOCKET= # its socket

# Start the daemon and wait until it answers. Usage: lab_daemon WHAT CONFIG SOCKET LOG
lab_daemon() {
	local first=()
	LAB_SOCKET=$3
	[[ -z ${LAB_FIRST:-} ]] || ! chrt --rr 10 true 2>/dev/null || first=(chrt --rr 10)
	lab_spawn "$1" "${first[@]}" env --default-signal=INT,QUIT "$BONDD" -c "$2" </dev/null >>"$4" 2>&1
	LAB_DAEMON=$LAB_PID
	lab_wait 20 lab_daemon_answers_or_is_gone
	kill -0 "$LAB_DAEMON" 2>/dev/null && lab_ctl list >/dev/null 2>&1
}

lab_daemon_answers_or_is_gone() {
	! kill -0 "$LAB_DAEMON" || lab_ctl list
}

# bondctl for the daemon of this lab. Usage: lab_ctl ARGUMENT...
lab_ctl() {
	timeout 5 "$BONDCTL" -s "$LAB_SOCKET" "$@"
}

# Ping while something is done to a cable. Usage: lab_ping_during WHAT ADDRESS COUNT COMMAND...
# 100 a second; the command runs after a third of them. Sets LAB_SENT, LAB_LOST and LAB_DUPLICATES.
# Some more are sent than counted: ping(8) does not wait for the last ones, which on a busy machine
# then look lost.
lab_ping_during() {
	local what=$1 address=$2 count=$3 log=$LAB_DIR/ping.log ping sent
	shift 3
	lab_spawn "$what" ping -n -i 0.01 -c $((count + 20)) -W 1 "$address" >"$log" 2>&1
	ping=$LAB_PID
	lab_run sleep "$((count / 300)).$(printf %02d $((count / 3 % 100)))"
	"$@"
	wait "$ping" || true
	sent=$(sed -n 's/^\([0-9]*\) packets transmitted.*/\1/p' "$log")
	LAB_SENT=$((${sent:-0} < count ? ${sent:-0} : count))
	read -r LAB_LOST LAB_DUPLICATES < <(awk -v count="$count" '
		/ bytes from .*icmp_seq=/ {
			match($0, /icmp_seq=[0-9]+/)
			number = substr($0, RSTART + 9, RLENGTH - 9) + 0
			if (seen[number]++) twice++
			else if (number <= count) came++
		}
		END { print count - came, twice + 0 }' "$log")
}

# Pings to several addresses, 20 a second to each, while something is done after half a second.
# Usage: lab_flows_during WHAT COUNT "ADDRESS..." COMMAND...
# Sets LAB_FLOWS, the milliseconds lost of each, and LAB_OUTAGE, the most of them.
lab_flows_during() {
	local what=$1 count=$2 addresses address pids=() lost
	read -ra addresses <<<"$3"
	shift 3
	for address in "${addresses[@]}"; do
		lab_spawn "$what" ping -n -q -i 0.05 -c "$count" -W 1 "$address" >"$LAB_DIR/flow.$address" 2>&1
		pids+=("$LAB_PID")
	done
	lab_run sleep 0.5
	"$@"
	wait "${pids[@]}" || true
	LAB_FLOWS=() LAB_OUTAGE=0
	for address in "${addresses[@]}"; do
		lost=$(sed -n 's/^\([0-9]*\) packets transmitted, \([0-9]*\) received.*/\1 - \2/p' \
			"$LAB_DIR/flow.$address")
		lost=$(((${lost:-$count}) * 50))
		LAB_FLOWS+=("$lost")
		[ "$lost" -le "$LAB_OUTAGE" ] || LAB_OUTAGE=$lost
	done
}

# An iperf3 server for one client. Usage: lab_iperf_server WHAT ADDRESS
lab_iperf_server() {
	lab_spawn "$1" timeout 30 iperf3 -s -1 -B "$2" >/dev/null 2>&1
	lab_wait 5 lab_in "$1" sh -c 'cat /proc/net/tcp* | grep ":1451 .* 0A " >/dev/null' || true
}

# Mbit/s received and the longest standstill in ms of an iperf3 report with short intervals; "0 0"
# when there is no such report. Usage: lab_iperf_figures REPORT
lab_iperf_figures() {
	jq -r '
		((.end.sum_received // .end.sum).bits_per_second / 1e6 | floor) as $rate |
		reduce (.intervals[].sum) as $i ({now: 0, most: 0};
			.now = (if $i.bytes == 0 then .now + $i.seconds else 0 end) |
			.most = ([.now, .most] | max)) |
		"\($rate) \(.most * 1000 | floor)"' "$1" 2>/dev/null || echo "0 0"
}
