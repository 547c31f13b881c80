#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# lacp_linux.sh - tests/net/lacp_linux.sh in a guest: its kernel has the bonding driver.
. "$(dirname "$0")/../lib.sh"

case_open
say "a guest starts"
vm_start dut --mb 1024
check "the guest starts" vm_ready dut
say "tests/net/lacp_linux.sh runs in it"
status=0
limit=300 dut "modprobe -a bonding tun vhost_net veth
	BONDD_BUILD=${BONDD%/app/*} bash $case_top/tests/net/lacp_linux.sh" >"$VM_DIR/log" || status=$?
cat "$VM_DIR/log"
equal "its exit status" 0 "$status"
