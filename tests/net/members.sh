#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# members.sh - an administrator takes members out, puts them in and sets options under traffic.
. "$(dirname "$0")/lib.sh"

# What it says on standard error when it refuses. Usage: refusal COMMAND...
refusal() {
	{ ! lab_ctl "$@" >/dev/null; } 2>&1 || fail "bondctl $* is refused"
}

told_gone() {
	[ "$(events "$1" device 'map(select(.to == "unplugged")) | length')" = 1 ]
}

out_and_in() {
	local name=$1 mac=$2
	lab_ctl remove bond0 "$name" || fail "$name leaves"
	equal "$name has its own MAC address again" "$mac" "$(mac_of host "$name")"
	equal "$name is down, as it was" DOWN "$(link_of host "$name" .operstate)"
	sleep 0.3
	lab_ctl add bond0 "$name" || fail "$name joins"
	sleep 0.3
}

net_need_ovs
net_open
net_cables
declare -A own=([eth1]=$(mac_of host eth1) [eth2]=$(mac_of host eth2))
net_lacp_up "lacp=active other_config:lacp-time=fast" 'lacp_rate = "fast"; mac = "02:00:00:00:00:42";'
before=$(port eth1 .actor.port)
for name in eth2 eth1; do
	say "802.3ad: $name leaves and comes back"
	begin=$(last_event)
	under_pings "$name out and in" 0 out_and_in "$name" "${own[$name]}"
	equal "the partner was told" 1 "$(events "$name" lacp-mux \
		"map(select(.seq > $begin and (.reason | test(\"leav\")))) | length | if . > 0 then 1 else 0 end")"
	soon "both distribute again" both_distribute
done
equal "eth1 is the same port to its partner" "$before" "$(port eth1 .actor.port)"

say "options of what runs"
equal "what changed" "miimon=50 lacp_rate=slow" "$(lab_ctl set bond0 miimon=50 lacp_rate=slow | xargs)"
soon "the partner hears of lacp_rate" eval 'lab_ovs_ask lacp/show bond0 | has "partner state: activity aggregation"'
equal "mode is refused" 'bondctl: bond0: mode: it cannot become "balance-rr" while the daemon runs: change the configuration and start it anew; updelay: "soon" is not a whole number' \
	"$(refusal set bond0 mode=balance-rr updelay=soon)"
equal "a member's option" "actor_port_prio=7" "$(lab_ctl set bond0/eth2 actor_port_prio=7)"
lab_ctl set bond0 mtu=1400 >/dev/null
check "the members have the MTU" mtu_is host eth1 1400
check "so has the host interface" mtu_is host bond0 1400
lab_ctl config >"$LAB_DIR/now.cfg"
check "the configuration as it is now is one" "$BONDD" --check -c "$LAB_DIR/now.cfg"
check "and has the changes" grep -q 'actor_port_prio = 7;' "$LAB_DIR/now.cfg"
check "a device called as DPDK's manual does joins beside those of the daemon" \
	lab_ctl add bond0 tap1 "vdev=net_tap0,iface=lab-tap"
check "and leaves" lab_ctl remove bond0 tap1
check "the host interface is still there" lab_ip host link show dev bond0 >/dev/null
equal "a port that is taken" "bondctl: bond0/eth3.netdev: eth1 belongs to bond0/eth1 already" \
	"$(refusal add bond0 eth3 netdev=eth1)"
equal "a port that is missing" "bondctl: netdev eth9 does not exist in this network namespace" \
	"$(refusal add bond0 eth9)"
said=$(refusal add bond0 v1 vdev=net_vhost0,iface=/none/here)
echo "  a driver that does not start: $said"
check "a driver that does not start is named" grep -q '^bondctl: v1 (net_vhost0,iface=/none/here): ' <<<"$said"
equal "members" "eth1 eth2" "$(bond '[.members[].name] | sort | join(" ")')"
check "the others go on" both_distribute

say "the interface of a member goes, and another one comes"
lab_ip host link del dev eth2
soon "it is told that it is gone" told_gone eth2
soon "it carries nothing" bond_is '.members[] | select(.name == "eth2") | .link' down
check "the member leaves" lab_ctl remove bond0 eth2
lab_ip host link add lab-new type veth peer name lab-peer
lab_ip host link set dev lab-new name eth2
check "its successor joins" lab_ctl add bond0 eth2
equal "members" "eth1 eth2" "$(bond '[.members[].name] | sort | join(" ")')"
net_stop
