#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# queues.sh - two workers with two queues each, on virtio NICs behind an IOMMU: both work, nothing is lost, and
# one that was late costs no more than what did not fit meanwhile.
# shellcheck disable=SC2016
. "$(dirname "$0")/../lib.sh"

# Frames that each worker has taken in, of members and of the host.
workers() {
	dut 'ctl -j stats | jq -r "[.. | .workers? // empty] | .[0] | map(.rx_packets) | join(\" \")"'
}

case_open
two_guests_with_offloads 2 --iommu --cpus 3
in_sw "Linux bonds" 'linux_bond "mode 802.3ad lacp_rate fast xmit_hash_policy layer3+4" 10.9.0.1/24 a1 a2'
say "two workers, two queues a port, two of the host"
in_dut "the daemon starts" 'nic_kernel b1 b2
	bondd_configure 802.3ad "b1 b2" "lacp_rate = \"fast\"; xmit_hash_policy = \"layer3+4\";" \
		"worker_cores = \"1-2\";" "type = \"virtio-user\"; queues = 2;"
	bondd_start
	ip address add 10.9.0.2/24 dev bond0; ip link set bond0 up
	wait_for 40 distribute b1 b2; wait_for 20 ping -n -q -c 1 -W 1 10.9.0.1'
in_dut "bond0 has two queue pairs" '[ "$(ls -d /sys/class/net/bond0/queues/tx-[01] | wc -l)" = 2 ]
	ip -d link show bond0 | grep -q "numqueues 2"'

say "many flows in both directions"
read -ra before < <(workers)
sw 'serve'
rate=$(limit=120 dut 'echo $(tcp 4 10.9.0.1 -P 8) $(tcp 4 10.9.0.1 -P 8 -R)') || fail "TCP passes: $rate"
echo "  TCP, 8 flows: ${rate% *} Mbit/s out, ${rate#* } Mbit/s in"
read -ra after < <(workers)
for n in 0 1; do
	frames=$((after[n] - before[n]))
	echo "  worker $n took $frames frames"
	[ "$frames" -gt 200 ] || fail "both workers work"
done

# Something more urgent has the core of the second worker while flows come in, so that its rings fill up. QEMU
# stops to read a tap whose frames find no buffers; it has to go on when there are some again.
say "a worker does not run for seconds"
in_dut "something has its core" 'taken() { member b1 .rx_packets; member b2 .rx_packets; }
	grown() { [ $(($(taken | paste -sd +))) -gt $(($1 + 200)) ]; }
	echo -1 >/proc/sys/kernel/sched_rt_runtime_us
	timeout 20 iperf3 -u -R -P 32 -b 1M -l 300 -t 6 -c 10.9.0.1 >/run/udp 2>&1 & flows=$!
	wait_for 20 grown $(($(taken | paste -sd +)))
	timeout 3 chrt -f 50 taskset -c 2 bash -c "while :; do :; done" || true
	wait $flows || true'
in_dut "both members go on to receive" 'more() { [ "$(member $1 .rx_packets)" -ge $(($2 + 3)) ]; }
	one=$(member b1 .rx_packets) two=$(member b2 .rx_packets)
	wait_for 8 more b1 $one; wait_for 8 more b2 $two'
in_dut "both distribute" 'distribute b1 b2'

say "a cable is cut under two workers"
dut 'pings 10.9.0.1 40' >"$VM_DIR/pings" &
pings=$!
sleep 1.5
cable off 1
wait "$pings"
read -r _ lost <"$VM_DIR/pings"
at_most "pings lost of 40" 5 "$lost"
cable on 1
in_dut "both distribute again" 'wait_for 30 distribute b1 b2'
in_dut "buffers were never missing, and all that waited has left" 'buffers() {
		ctl -j stats | jq -r "(.result // .) | [([.. | .rx_nombuf? // empty] | add), .buffers.waiting] | join(\" \")"
	}
	left() { [ "$(buffers)" = "0 0" ]; }
	wait_for 5 left || { ctl stats; false; }'
say "SIGTERM gives the NICs back"
in_dut "they return" 'bondd_stop; wait_for 10 nic_has_netdev b1; wait_for 10 nic_has_netdev b2'
