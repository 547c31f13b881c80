#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# carrier.sh - bond0 shows in the kernel whether any member has a link, and how fast they are.
. "$(dirname "$0")/lib.sh"

no_carrier() { ! lab_carrier host bond0; }
speed_is() { [ "$(lab_in host ethtool bond0 | sed -n 's/^[[:space:]]*Speed: //p')" = "$1" ]; }
admin_up() { link_of host bond0 '.flags | join(" ")' | has -w UP; }

net_open
net_up balance-rr

say "the speed of a round robin is the sum"
soon "ethtool shows 20000Mb/s" speed_is 20000Mb/s
equal "the API agrees" 20000 "$(bond .speed_mbps)"

say "one cable pulled"
lab_pull switch port1
soon "ethtool shows 10000Mb/s" speed_is 10000Mb/s
check "bond0 keeps its carrier" lab_carrier host bond0
equal "carrier in the API" true "$(bond .carrier)"

say "both cables pulled"
lab_pull switch port2
soon "bond0 loses its carrier" no_carrier
check "bond0 stays administratively up" admin_up
check "ip(8) says NO-CARRIER" grep -q NO-CARRIER <(lab_ip host link show bond0)
equal "carrier in the API" false "$(bond .carrier)"
check "bond0 keeps its address" grep -q "$host_ip" <(lab_ip host address show bond0)

say "one cable put back, the other one this time"
lab_put switch port2
soon "bond0 has carrier again" lab_carrier host bond0
soon "the switch answers" lab_in host ping -n -q -c 1 -W 1 "$switch_ip"
soon "ethtool shows 10000Mb/s" speed_is 10000Mb/s
lab_put switch port1
soon "both are up" both_up
soon "ethtool shows 20000Mb/s" speed_is 20000Mb/s

say "a start without any link"
net_stop
lab_pull switch port1
lab_pull switch port2
net_config active-backup
net_start
lab_ip host link set bond0 up
check "bond0 has no carrier" no_carrier
equal "no current member" null "$(bond .active_member)"
lab_put switch port2
soon "the first link gives it carrier" lab_carrier host bond0
equal "and is the current member" eth2 "$(bond .active_member)"
soon "ethtool shows the speed of one" speed_is 10000Mb/s
