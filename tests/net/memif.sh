#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# memif.sh - two daemons joined by two memif cables: members without any kernel interface.
. "$(dirname "$0")/lib.sh"

# A configuration with memif members. Usage: memif_config FILE SOCKET ROLE
memif_config() {
	cat >"$1" <<-CONFIG
		version = 1;
		runtime: { worker_cores = ""; memory_mb = 128; hugepages = "off"; };
		telemetry: { socket = "$2"; };
		bonds: ({
		  name = "bond0";
		  mode = "balance-rr";
		  members: (
		    { name = "m0"; vdev = "net_memif0,role=$3,id=0,socket-abstract=no,socket=$LAB_DIR/m0"; },
		    { name = "m1"; vdev = "net_memif1,role=$3,id=1,socket-abstract=no,socket=$LAB_DIR/m1"; } );
		});
	CONFIG
}

start_peer() {
	lab_spawn switch "$BONDD" -c "$LAB_DIR/peer.cfg" >>"$LAB_DIR/peer.log" 2>&1
	peer=$LAB_PID
	soon "the peer answers" "$BONDCTL" -s "$LAB_DIR/peer.sock" list
	lab_ip switch address add "$switch_ip/24" dev bond0
	lab_ip switch link set bond0 up
}

net_peer_gone() { ! kill -0 "$peer" 2>/dev/null; }
no_carrier() { ! lab_carrier host bond0; }
answers() { lab_in host ping -n -q -c 1 -W 1 "$switch_ip"; }

net_open
memif_config "$config" "$socket" server
memif_config "$LAB_DIR/peer.cfg" "$LAB_DIR/peer.sock" client

say "the first daemon waits without a link"
net_start
lab_ip host address add "$host_ip/24" dev bond0
lab_ip host link set bond0 up
check "bond0 has no carrier" no_carrier

say "the second one comes"
start_peer
lab_wait 10 lab_carrier host bond0 || fail "bond0 gets carrier within 10 s"
lab_wait 10 answers || fail "the peer answers within 10 s"
under_pings "quiet" 0 true

say "an MTU that a vdev does not carry"
said=$(lab_ctl set bond0 mtu=9000 2>&1) && fail "it is refused: $said"
echo "  $said"
[[ $said =~ bond0:\ mtu:\ m0\ \(net_memif\)\ carries\ an\ MTU\ of\ ([0-9]+)\ at\ most,\ not\ 9000$ ]] ||
	fail "the sentence names who refused and what would do"
equal "the MTU" "1500 1500" "$(bond .mtu) $(link_of host bond0 .mtu)"

say "the second one is killed"
kill -KILL "$peer"
wait "$peer" 2>/dev/null || true
soon "bond0 loses its carrier" no_carrier
check "the daemon goes on" lab_ctl list >/dev/null

say "and comes again"
start_peer
lab_wait 10 answers || fail "the peer answers within 10 s"
under_pings "quiet" 0 true
net_stop
equal "exit status" 0 "$stop_status"
kill "$peer"
lab_wait 10 net_peer_gone || fail "the peer ends"

say "a client that is there before its server waits for it"
rm -f "$LAB_DIR/m0" "$LAB_DIR/m1"
memif_config "$config" "$socket" client
memif_config "$LAB_DIR/peer.cfg" "$LAB_DIR/peer.sock" server
: >"$daemon_log"
net_start
lab_ip host address add "$host_ip/24" dev bond0
lab_ip host link set bond0 up
check "bond0 has no carrier" no_carrier
equal "its members' links" "down down" "$(lab_ctl -j show bond0 | jq -r '[.members[].link] | join(" ")')"
sleep 3
check "few lines about it" [ "$(grep -c memif "$daemon_log")" -le 8 ]
start_peer
lab_wait 10 lab_carrier host bond0 || fail "bond0 gets carrier within 10 s"
lab_wait 10 answers || fail "the server answers within 10 s"
under_pings "quiet" 0 true
net_stop
equal "exit status" 0 "$stop_status"
kill "$peer"
