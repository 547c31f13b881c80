#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# unit_rights.sh - with no more rights than config/dpdk-bondd.service leaves it, the daemon can do its work.
. "$(dirname "$0")/lib.sh"

unit=$net_top/config/dpdk-bondd.service
logged() { grep -q "$1" "$daemon_log"; }
answers() { lab_in "$1" ping -n -q -c 1 -W 1 "$switch_ip" >/dev/null; } # WHERE

net_open
command -v setpriv >/dev/null || skip "needs setpriv"

# A program that runs another one with the capabilities of the unit.
rights=$(sed -n 's/^CapabilityBoundingSet=//p' "$unit" | tr ' \n' ',,' | sed 's/CAP_/+/g; s/,$//' | tr '[:upper:]' '[:lower:]')
echo "  capabilities: $rights"
printf '#!/bin/sh\nexec setpriv --no-new-privs --bounding-set=-all,%s "$@"\n' "$rights" >"$LAB_DIR/run"
printf '#!/bin/sh\nexec "%s/run" "%s" "$@"\n' "$LAB_DIR" "$BONDD" >"$LAB_DIR/bondd"
chmod +x "$LAB_DIR/run" "$LAB_DIR/bondd"

say "what it looks for in other processes: logins over a NIC, programs that use it"
"$LAB_DIR/run" readlink "/proc/$$/fd/0" >/dev/null || fail "their files can be read"
say "what it loads: vfio-pci"
check "modules may be loaded" grep -q +sys_module <<<"$rights"

say "its work"
BONDD=$LAB_DIR/bondd
net_up active-backup
lab_pull switch port1
soon "the other member takes over" active_is eth2
soon "the switch answers" answers host
lab_put switch port1
lab_ctl set bond0 mtu=1450 >/dev/null || fail "options change"
check "so do the members" mtu_is host eth1 1450
check "a member leaves" lab_ctl remove bond0 eth1
check "and joins" lab_ctl add bond0 eth1
lab_netns box
lab_ip host link set bond0 netns "$(lab_ns box)"
soon "bond0 is followed" logged 'moved to another network namespace'
lab_ip box address add "$host_ip/24" dev bond0
lab_ip box link set bond0 up
soon "the switch answers there" answers box
check "the unit allows to enter that namespace" grep -Eqx 'RestrictNamespaces=(no|(.* )?net( .*)?)' "$unit"
net_stop
equal "exit status" 0 "$stop_status"
