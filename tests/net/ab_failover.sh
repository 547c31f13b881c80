#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# ab_failover.sh - active-backup survives each cable: one sender, at most one ping lost, sticky.
. "$(dirname "$0")/lib.sh"

net_open ipv6
net_up active-backup
lab_ip switch address add "$switch_ip6/64" dev br0 nodad
lab_ip host address add "$host_ip6/64" dev bond0 nodad

say "exactly one member sends"
equal "the first member is the current one" eth1 "$(bond .active_member)"
before=$(arrived port2)
lab_in host ping -n -q -i 0.01 -c 50 -W 1 "$switch_ip" >/dev/null
equal "frames that left through the backup" 0 $(($(arrived port2) - before))

say "pull the current one, put it back, and so on"
under_pings "pull eth1" 1 lab_pull switch port1
check "eth2 took over" active_is eth2
equal "link of eth1" down "$(member eth1 .link)"
under_pings "put eth1 back" 0 lab_put switch port1
soon "eth1 is up again" member_link_is eth1 up
check "the bond stays with eth2 until that fails" active_is eth2
under_pings "pull eth2" 1 lab_pull switch port2
check "eth1 took over" active_is eth1
under_pings "put eth2 back" 0 lab_put switch port2
soon "eth2 is up again" member_link_is eth2 up
check "the bond stays with eth1" active_is eth1
equal "failures counted for eth1" 1 "$(member eth1 .link_failure_count)"

say "pulling the backup costs nothing"
under_pings "pull eth2, the backup" 0 lab_pull switch port2
lab_put switch port2
soon "eth2 is up again" member_link_is eth2 up

say "the same for IPv6"
ping_to=$switch_ip6
soon "the switch answers by IPv6" lab_in host ping -n -q -c 1 -W 1 "$switch_ip6"
under_pings "pull eth1 under IPv6" 1 lab_pull switch port1
under_pings "put eth1 back under IPv6" 0 lab_put switch port1

say "activate moves it by hand, without loss"
ping_to=$switch_ip
soon "eth1 is up again" member_link_is eth1 up
under_pings "activate eth1" 0 lab_ctl activate bond0 eth1
check "eth1 is current again" active_is eth1
