#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# vlan.sh - tagged frames pass in both directions byte for byte, whatever their tags.
. "$(dirname "$0")/lib.sh"

net_open
net_cables
net_config active-backup
net_start
net_address

say "host to switch, through bond0 and eth1"
python3 "$net_dir/tagged.py" "$(lab_ns host):bond0" "$(lab_ns switch):port1" ||
	fail "frames leave as they were sent"

say "switch to host, through eth1 and bond0"
python3 "$net_dir/tagged.py" "$(lab_ns switch):port1" "$(lab_ns host):bond0" \
	"$(mac_of host bond0)" || fail "frames are delivered as they came"

say "what comes in through the backup is not delivered"
if python3 "$net_dir/tagged.py" "$(lab_ns switch):port2" "$(lab_ns host):bond0" \
	"$(mac_of host bond0)" >/dev/null; then
	fail "the backup delivers"
fi
