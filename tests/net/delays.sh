#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# delays.sh - updelay, downdelay, selection and damping in real time: what unit tests try on virtual time.
. "$(dirname "$0")/lib.sh"

ping_count=60

# Milliseconds between the last two changes of a member's link, the second one into a state.
# Usage: lasted MEMBER STATE; how long it had been so before
lasted() {
	events "$1" link "map(select(.to == \"$2\")) | .[-1].lasted_s * 1000 | floor"
}

# Usage: between SENTENCE LEAST MOST FOUND
between() {
	echo "  $1: $4 ms"
	[[ $4 -ge $2 && $4 -le $3 ]] || fail "$1: $4 ms, $2 to $3 are right"
}

link_is() {
	member_link_is "$1" "$2"
}

net_open
net_up active-backup 'updelay = 400; downdelay = 200; primary = "eth1";'

say "downdelay: the role stays for its time, then moves; the backup is there at once"
soon "eth2 is up" link_is eth2 up
lab_pull switch port1
soon "eth1 is going down" link_is eth1 "going down"
soon "eth1 is down" link_is eth1 down
between "downdelay" 195 500 "$(lasted eth1 down)"
check "eth2 took over" active_is eth2

say "updelay: the primary waits for its time, then takes the role back"
lab_put switch port1
soon "eth1 is going back" link_is eth1 "going back"
check "eth2 still has the role" active_is eth2
soon "eth1 is up" link_is eth1 up
between "updelay" 395 800 "$(lasted eth1 up)"
check "the primary is current again" active_is eth1

say "a flap within downdelay changes nothing"
under_pings "pull and put back" 30 bash -c "ip -n $(lab_ns switch) link set port1 down; sleep 0.05; ip -n $(lab_ns switch) link set port1 up"
check "eth1 still has the role" active_is eth1
equal "failures of eth1" 1 "$(member eth1 .link_failure_count)"

say "nobody is usable: updelay is skipped"
lab_pull switch port1
lab_pull switch port2
soon "eth1 is down" link_is eth1 down
soon "eth2 is down" link_is eth2 down
check "bond0 has no carrier" not lab_carrier host bond0
lab_put switch port2
soon "eth2 is up" link_is eth2 up
between "it waited" 0 50 "$(lasted eth2 up)"
lab_put switch port1
net_stop

say "a member that flaps is left alone for a while, unless it is needed"
net_config active-backup 'flap_hold = 1000; flap_count = 2;'
net_start
net_address
flap_twice() {
	for _ in 1 2; do
		soon "eth2 is up" link_is eth2 up
		lab_pull switch port2
		soon "eth2 is down" link_is eth2 down
		lab_put switch port2
	done
	sleep 0.3
	check "eth2 is held with carrier" link_is eth2 down
}
flap_twice
soon "it is let go" link_is eth2 up
held=$(events eth2 damping 'map(select(.to == "good")) | .[-1].lasted_s * 1000 | floor')
between "it was held" 1000 1500 "$held"
flap_twice
lab_pull switch port1
soon "it is needed, and used" active_is eth2
