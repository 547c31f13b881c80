#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# host_moves.sh - bond0 goes to another namespace and back, events are lost, and bond0 is deleted.
. "$(dirname "$0")/lib.sh"

members_have_mtu() { mtu_is host eth1 "$1" && mtu_is host eth2 "$1"; }
members_in_group() { # GROUP
	lab_ip host maddress show dev eth1 | has "$1" && lab_ip host maddress show dev eth2 | has "$1"
}
answers() { lab_in "$1" ping -n -q -c 1 -W 1 "$switch_ip" >/dev/null; } # WHERE
state_is() { [ "$(link_of "$1" "$2" .operstate)" = "$3" ]; }                # WHERE INTERFACE STATE
logged() { grep -q "$1" "$daemon_log"; }
counted() { [ "$(grep -c "$1" "$daemon_log")" -eq "$2" ]; } # PATTERN TIMES

host_went() { [ "$(events "" host '.[-1].to')" = "$1" ]; }

# The daemon ends by itself, and says that it failed.
ended() {
	local status=0
	soon "the daemon ends" net_gone
	wait "$LAB_DAEMON" || status=$?
	equal "exit status" 1 "$status"
}

# More events than the kernel keeps for a daemon that does not listen.
flood() {
	local n
	for ((n = 0; n < 4000; n++)); do
		echo "link set flood mtu $((1400 + n % 2))"
	done | lab_ip host -batch -
}

net_open
net_up active-backup

say "to another namespace"
lab_netns box
lab_ip host link set bond0 netns "$(lab_ns box)"
soon "the daemon says so" logged 'bond0: host bond0 -> bond0: moved to another network namespace'
lab_ip box address add "$host_ip/24" dev bond0
lab_ip box link set bond0 up
soon "the switch answers there" answers box
check "its state" state_is box bond0 UP
equal "IPv6 addresses will stay there too" 1 "$(lab_in box cat /proc/sys/net/ipv6/conf/bond0/keep_addr_on_down)"
lab_ip box link set bond0 mtu 1400
soon "the members follow its MTU" members_have_mtu 1400
lab_ip box maddress add 01:00:5e:01:02:03 dev bond0
soon "they join its groups" members_in_group 01:00:5e:01:02:03
lab_pull switch port1
lab_pull switch port2
soon "its state follows the members" state_is box bond0 DOWN
check "and is up all the same" grep -qw UP <(link_of box bond0 '.flags | join(" ")')
lab_put switch port2
soon "its state follows the members" state_is box bond0 UP
equal "its speed" 10000Mb/s "$(lab_in box ethtool bond0 | sed -n 's/^[[:space:]]*Speed: //p')"
lab_put switch port1
soon "the switch answers there" answers box
lab_ip box link set bond0 down
lab_ip box link set bond0 name inside
soon "a new name is followed" bond_is .host.ifname inside

say "and back, where its index is another's"
index=$(link_of box inside .ifindex)
lab_ip host link show | has "^$index:" || lab_ip host link add other index "$index" type bridge
lab_ip box link set inside netns "$(lab_ns host)" name bond0
soon "the daemon says so" logged "host inside -> bond0: moved back to the daemon's network namespace"
lab_ip host link set other mtu 1300 2>/dev/null || true
net_address
soon "the switch answers" answers host
check "the MTU is as before" members_have_mtu 1400

say "there and back before anybody looks, and somebody else has its index"
index=$(link_of host bond0 .ifindex)
kill -STOP "$LAB_DAEMON"
lab_ip host link set bond0 netns "$(lab_ns box)"
lab_ip host link add thief index "$index" mtu 1350 type bridge
lab_ip box link set bond0 netns "$(lab_ns host)"
kill -CONT "$LAB_DAEMON"
net_address
soon "the switch answers" answers host
check "the MTU is as before" members_have_mtu 1400
equal "the thief's MTU" 1350 "$(link_of host thief .mtu)"

say "events are lost"
lab_ip host link add flood type bridge
kill -STOP "$LAB_DAEMON"
flood
lab_ip host link set bond0 mtu 1450
lab_ip host link set bond0 down
kill -CONT "$LAB_DAEMON"
soon "the daemon notices" logged 'netlink events were lost: looking at everything again'
soon "the members follow the MTU" members_have_mtu 1450
soon "down is seen" host_went down
lab_ip host link set bond0 up
soon "the switch answers" answers host

say "it is deleted while events are lost, or while it is elsewhere"
seen=$(grep -c 'netlink events were lost' "$daemon_log")
kill -STOP "$LAB_DAEMON"
flood
lab_ip host link del bond0
kill -CONT "$LAB_DAEMON"
ended
check "events were lost" counted 'netlink events were lost' $((seen + 1))
check "it says why" logged 'error: bond0: the host interface bond0 was deleted: stopping'
check "the members are given back" [ "$(link_of host eth1 '.mtu, .xdp' | paste -sd' ')" = "1500 null" ]
lab_ip host link del flood
: >"$daemon_log"
net_start
lab_ip host link set bond0 netns "$(lab_ns box)"
soon "it is followed" logged 'moved to another'
lab_ip box link del bond0
ended
check "it says why" logged 'error: bond0: the host interface bond0 was deleted: stopping'

say "the daemon ends while it is elsewhere"
: >"$daemon_log"
net_start
lab_ip host link set bond0 netns "$(lab_ns box)"
soon "it is followed" logged 'moved to another'
net_stop
equal "exit status" 0 "$stop_status"
check "bond0 is gone" not lab_ip box link show dev bond0
