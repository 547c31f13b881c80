#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# xor_flows.sh - balance-xor keeps each flow on the member that flow.lookup says, through failures.
. "$(dirname "$0")/lib.sh"

# UDP flows through bond0; fails when one is lost, split or elsewhere than it should be.
# Usage: flows SENTENCE COUNT DESTINATION...; sets on_1 and on_2.
flows() {
	local sentence=$1 split wrong lost
	shift
	read -r on_1 on_2 split wrong lost < <(python3 "$net_dir/flows.py" "$(lab_ns host)" \
		"$(lab_ns switch)" "$socket" "$@")
	echo "  $sentence: $on_1 flows on eth1, $on_2 on eth2"
	equal "$sentence: flows that were lost" 0 "$lost"
	equal "$sentence: flows on both members" 0 "$split"
	equal "$sentence: flows elsewhere than flow.lookup says" 0 "$wrong"
}

# Start the daemon with a policy; the neighbours are known, so that nobody has to answer.
# Usage: begin POLICY [MORE_SETTINGS]; sets tagged, destinations behind a VLAN where the kernel has VLANs.
tagged=()
begin() {
	net_config balance-xor "xmit_hash_policy = \"$1\"; ${2:-}"
	net_start
	net_address
	lab_ip host address add "$host_ip6/64" dev bond0 nodad
	for n in {2..9}; do
		lab_ip host neigh replace "10.77.0.$n" lladdr "02:77:00:00:00:0$n" dev bond0
		lab_ip host neigh replace "fd77::$n" lladdr "02:77:00:00:00:0$n" dev bond0
	done
	tagged=()
	if lab_ip host link add link bond0 name bond0.7 up type vlan id 7 2>/dev/null; then
		lab_ip host address add 10.78.0.1/24 dev bond0.7
		lab_ip host neigh replace 10.78.0.2 lladdr 02:77:00:00:00:02 dev bond0.7
		tagged=(10.78.0.2)
	fi
}

# Usage: through_failures LEAST COUNT DESTINATION...; LEAST flows at least are to be on each member.
through_failures() {
	local least=$1
	shift
	flows "both members" "$@"
	check "both members have $least flows or more" [ $((on_1 < on_2 ? on_1 : on_2)) -ge "$least" ]
	for n in 1 2; do
		lab_pull switch "port$n"
		soon "eth$n is down" member_link_is "eth$n" down
		flows "without eth$n" "$@"
		carried=on_$n
		equal "flows on eth$n" 0 "${!carried}"
		lab_put switch "port$n"
		soon "eth$n is up" member_link_is "eth$n" up
		flows "eth$n is back" "$@"
		check "both members have $least flows or more" \
			[ $((on_1 < on_2 ? on_1 : on_2)) -ge "$least" ]
	done
}

net_open ipv6
net_cables

say "layer3+4: flows over IPv4 and IPv6, and over a VLAN where the kernel has them"
begin layer3+4
through_failures 30 20 10.77.0.{2..4} fd77::{2..4} "${tagged[@]}"

say "bondctl flow says the same in words"
check "an answer in words" grep -qE '^eth[12]: hash 0x[0-9a-f]{8}, bucket [0-9]+ of 256$' \
	<(lab_ctl flow bond0 src=10.77.0.1 dst=10.77.0.2 proto=udp sport=1 dport=2)
net_stop

say "layer2: neighbours with addresses in a row share both members, also after a failure"
begin layer2
through_failures 4 1 10.77.0.{2..9}
net_stop

say "the plain modulo of Linux, with options of ours"
begin layer3+4 "resilient_hash = 0; hash_seed = 4711; symmetric_hash = 1;"
through_failures 30 20 10.77.0.{2..4} fd77::{2..4}
