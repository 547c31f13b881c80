#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# persist.sh - bond0 outlives the daemon with its addresses and routes, and only what is ours is adopted.
. "$(dirname "$0")/lib.sh"

answers() { lab_in host ping -n -q -c 1 -W 1 "$switch_ip" >/dev/null; }
there() { lab_ip host link show dev "$1" >/dev/null 2>&1; }
tag() { link_of host "$1" '.ifalias // ""'; }
no_carrier() { ! lab_carrier host "$1"; }

# What an administrator has given to an interface. Usage: given INTERFACE
given() {
	lab_ip host -j address show dev "$1" |
		jq -r '.[0] | .ifindex, .address, (.addr_info[] | select(.scope == "global") | .local)'
	lab_ip host route show dev "$1" | sed 's/ *linkdown//'
	lab_ip host -6 route show dev "$1" fd99::/64 | sed 's/ *linkdown//'
}

# Usage: as_before WHEN [INTERFACE]
as_before() {
	equal "addresses and routes $1" "$before" "$(given "${2:-bond0}")"
}

# Start in vain: one sentence that matches, and nothing has changed. Usage: refused PATTERN [CONFIG]
refused() {
	local said status=0 links
	links=$(lab_ip host -o link | sed 's/ \(qlen\|qdisc\) [^ ]*//g')
	said=$(timeout 20 ip netns exec "$(lab_ns host)" "$BONDD" -c "${2:-$config}" 2>&1 </dev/null |
		grep -vE '^([0-9:.]+ (info|notice|debug)|EAL): '; exit "${PIPESTATUS[0]}") || status=$?
	echo "  $said"
	equal "exit status" 1 "$status"
	[[ $said =~ $1 && $said != *$'\n'* ]] || fail "one sentence that says \"$1\""
	equal "interfaces" "$links" "$(lab_ip host -o link | sed 's/ \(qlen\|qdisc\) [^ ]*//g')"
}

settings() { # SETTINGS_OF_HOST
	net_config active-backup "host: { type = \"tap\"; $1 }; mac = \"02:00:00:00:00:42\";"
}

net_open ipv6
net_cables
lab_switch switch "$switch_ip/24" port1 port2

say "a start that fails makes nothing that stays"
settings "persist = true;"
sed 's/^});$/}, { name = "bond1"; mode = 1; members: ({ name = "x"; netdev = "none9"; }); });/' \
	"$config" >"$LAB_DIR/two.cfg"
refused 'none9' "$LAB_DIR/two.cfg"
check "there is no bond0" not there bond0

say "a restart"
net_start
equal "its tag" "dpdk-bondd bond0" "$(tag bond0)"
net_address
lab_ip host address add fd99::1/64 dev bond0 nodad
lab_ip host route add 10.99.0.0/16 via "$switch_ip"
soon "traffic passes" answers
before=$(given bond0)
net_stop
equal "exit status" 0 "$stop_status"
check "bond0 has no carrier now" no_carrier bond0
check "bond0 is still up" grep -qw UP <(link_of host bond0 '.flags | join(" ")')
as_before "without a daemon"
net_start
soon "traffic passes again" answers
as_before "after the restart"

say "down and up: addresses stay, those of IPv6 too"
addresses() { lab_ip host -o address show dev bond0 scope global | awk '{ print $4 }' | sort | paste -sd' '; }
sysctl_of() { lab_in host cat "/proc/sys/net/ipv6/conf/$1/keep_addr_on_down"; }
lab_ip host link set bond0 down
lab_ip host link set bond0 up
equal "its addresses" "$host_ip/24 fd99::1/64" "$(addresses)"
soon "traffic passes again" answers
lab_ip host route replace 10.99.0.0/16 via "$switch_ip" # that one goes, as of any interface
as_before "after down and up"
lab_in host sh -c 'echo 0 >/proc/sys/net/ipv6/conf/bond0/keep_addr_on_down'
net_stop
net_start
equal "what the administrator chose is left as it is" 0 "$(sysctl_of bond0)"
equal "others are left alone" 0 "$(sysctl_of eth1)"
lab_in host sh -c 'echo 1 >/proc/sys/net/ipv6/conf/bond0/keep_addr_on_down'

say "kill -9"
net_stop KILL
as_before "after kill -9"
net_start
soon "traffic passes again" answers
as_before "after the next start"
sed 's/bondd\.sock/other.sock/; s/netdev = "eth/vdev = "net_null/' "$config" >"$LAB_DIR/other.cfg"
refused 'bond0: interface bond0 is in use by another process' "$LAB_DIR/other.cfg"

say "a new name, and down"
lab_ip host link set bond0 down
lab_ip host link set bond0 name uplink7
net_stop
net_start
soon "it is known by its new name" bond_is .host.ifname uplink7
check "it is still down" not grep -qw UP <(link_of host uplink7 '.flags | join(" ")')
lab_ip host link set uplink7 name bond0
lab_ip host link set bond0 up
soon "the daemon knows" bond_is .host.ifname bond0
soon "traffic passes" answers

say "--release"
said=$(lab_in host "$BONDD" --release 2>&1) && fail "--release while the daemon lives is refused: $said"
net_stop KILL
if command -v setpriv >/dev/null; then
	said=$(lab_in host setpriv --bounding-set=-net_admin "$BONDD" --release 2>&1) &&
		fail "--release that may not remove it is a failure: $said"
	check "what it could not do" grep -qx 'interface bond0: left by dpdk-bondd bond0: cannot be removed: Operation not permitted' <<<"$said"
	check "what to do" grep -q 'not all could be given back: try again$' <<<"$said"
fi
said=$(lab_in host "$BONDD" --release 2>&1) || fail "--release: $said"
echo "  $said"
check "it says so" grep -qx 'interface bond0: left by dpdk-bondd bond0: removed' <<<"$said"
check "bond0 is gone" not there bond0

say "what was to stay, and is no longer"
net_start
net_stop KILL
settings "keep_addr_on_down = false;"
net_start
net_address
soon "traffic passes" answers
net_stop
check "bond0 is gone" not there bond0

say "as Linux has it"
net_start
lab_ip host link set bond0 up
lab_ip host address add fd99::1/64 dev bond0 nodad
lab_ip host link set bond0 down
equal "IPv6 addresses" "" "$(addresses)"
net_stop

say "what somebody else has made"
lab_ip host tuntap add dev bond0 mode tap multi_queue
lab_ip host address add "$host_ip/24" dev bond0
equal "its sysctl" 0 "$(sysctl_of bond0)"
refused 'bond0: an interface of this name exists already \(tap, .*ip link delete bond0.*host\.persist = true'
settings "persist = true;"
net_start
lab_ip host link set bond0 up
soon "traffic passes" answers
equal "its tag" "" "$(tag bond0)"
equal "its sysctl is left alone" 0 "$(sysctl_of bond0)"
before=$(given bond0)
net_stop
as_before "after the end"
said=$(lab_in host "$BONDD" --release 2>&1)
equal "--release" "there is nothing to give back" "$said"
lab_ip host link delete bond0
lab_ip host tuntap add dev bond0 mode tap
refused 'bond0: interface bond0 has a single queue: .*multi_queue'
lab_ip host link delete bond0
lab_ip host tuntap add dev bond0 mode tun multi_queue
refused 'bond0: an interface of this name exists already \(tun\): remove it'
lab_ip host link delete bond0
