#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# lacp_testpmd.sh - SYS-22: 802.3ad with DPDK's own bonding driver, as dpdk-testpmd runs it.
. "$(dirname "$0")/lib.sh"

# Write to testpmd's prompt. Usage: tell COMMAND
tell() {
	echo "$1" >&"$prompt"
}

# Our partner has these bits. Usage: partner_has MEMBER BITS
partner_has() {
	[[ $(port "$1" .partner.state_text) == *"$2"* ]]
}

has_received() { # MEMBER FRAMES
	[ "$(member "$1" .rx_packets)" -ge "$2" ]
}

command -v dpdk-testpmd >/dev/null || skip "needs dpdk-testpmd"
[ "$(nproc)" -ge 2 ] || skip "needs two cores, one for testpmd's prompt"
net_open
net_cables
word=slave
[ "$(printf '23.11\n%s\n' "$(pkg-config --modversion libdpdk)" | sort -V | head -n 1)" != 23.11 ] ||
	word=member
mkfifo "$LAB_DIR/prompt"
exec {prompt}<>"$LAB_DIR/prompt"
# shellcheck disable=SC2016
lab_spawn switch sh -c 'exec dpdk-testpmd "$@" <"$0"' "$LAB_DIR/prompt" \
	--no-telemetry --no-shconf --no-huge -m 256 -l 0,1 --no-pci \
	--vdev net_af_packet0,iface=port1 --vdev net_af_packet1,iface=port2 \
	--vdev "net_bonding0,mode=4,$word=0,$word=1,xmit_policy=l34" -- -i --portmask=0x4 \
	--forward-mode=flowgen --burst=1 --total-num-mbufs=16384 --disable-link-check >"$LAB_DIR/testpmd.log" 2>&1
testpmd=$LAB_PID
lab_wait 20 grep -q 'testpmd> ' "$LAB_DIR/testpmd.log" || fail "testpmd starts: $(tail -n 5 "$LAB_DIR/testpmd.log")"
tell "set promisc all on"
tell "start"
net_config 802.3ad 'lacp_rate = "fast";'
net_start
net_address
lab_wait 15 both_distribute || fail "both members distribute"
echo "  we distribute on both $(ms_between "$(linked_at)" "$(distributed_at)") ms after their links came up"
for name in eth1 eth2; do
	soon "testpmd distributes on $name" partner_has "$name" "SYNC|COL|DIST"
	echo "  testpmd about $name: $(port "$name" .partner.state_text)"
done
equal "systems behind the members" 1 "$(lab_ctl -j lacp bond0 |
	jq '[.ports[].partner | [.system, .key]] | unique | length')"
for name in eth1 eth2; do
	soon "frames of testpmd come in through $name" has_received "$name" 5000
done
tell "stop"
tell "quit"
lab_wait 10 not kill -0 "$testpmd" || fail "testpmd ends"
for name in eth1 eth2; do
	lab_wait 5 not mux_is "$name" DISTRIBUTING || fail "$name stops to distribute when testpmd is gone"
	echo "  $name after testpmd: $(port "$name" .why)"
done
