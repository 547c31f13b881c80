#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# hugepages.sh - without free hugepages "auto" takes ordinary pages and says so, "require" refuses; with them both use them.
. "$(dirname "$0")/lib.sh"

pages=/sys/kernel/mm/hugepages/hugepages-2048kB

# The daemon in a machine where so many hugepages of 2 MB are free, or reserved by somebody who has not
# touched them yet. Usage: machine FREE RESERVED
machine() {
	echo "$1" >"$LAB_DIR/free"
	echo "$2" >"$LAB_DIR/reserved"
	cat >"$LAB_DIR/bondd" <<-SCRIPT
		#!/bin/sh
		exec unshare -m sh -c 'mount --bind "$LAB_DIR/free" $pages/free_hugepages &&
			mount --bind "$LAB_DIR/reserved" $pages/resv_hugepages && exec "\$@"' sh "$daemon" "\$@"
	SCRIPT
	chmod +x "$LAB_DIR/bondd"
	: >"$daemon_log"
}

configure() { # HUGEPAGES
	net_config active-backup
	sed -i "s/hugepages = \"off\"/hugepages = \"$1\"/" "$config"
}

# What the log says of memory, but for the time.
memory() { sed -nE 's/^[0-9:.]+ ((info|notice|warning): memory: .*)/\1/p' "$daemon_log"; }
answers() { lab_in host ping -n -q -c 1 -W 1 "$switch_ip" >/dev/null; }

net_open
daemon=$BONDD BONDD=$LAB_DIR/bondd
[ -d "$pages" ] || skip "needs a kernel with hugepages of 2 MB"
net_cables
lab_switch switch "$switch_ip/24" port1 port2

# Usage: falls_back FREE RESERVED LINE
falls_back() {
	machine "$1" "$2"
	net_start
	equal "its line" "$3" "$(memory)"
	net_address
	soon "traffic passes" answers
	net_stop
	equal "exit status" 0 "$stop_status"
}
configure auto
say "auto, none free"
falls_back 0 0 'notice: memory: 128 MB of ordinary pages, which are slower: 0 MB of hugepages are free, 128 are wanted (scripts/setup-hugepages 128)'
say "auto, too few free"
falls_back 63 0 'notice: memory: 128 MB of ordinary pages, which are slower: 126 MB of hugepages are free, 128 are wanted (scripts/setup-hugepages 128)'
say "auto, enough free, but promised to others"
falls_back 64 60 'notice: memory: 128 MB of ordinary pages, which are slower: 8 MB of hugepages are free, 128 are wanted (scripts/setup-hugepages 128)'
say "off"
configure off
falls_back 64 0 'info: memory: 128 MB of ordinary pages (runtime.hugepages = "off")'

say "require, none free"
configure require
machine 0 0
before=$(lab_ip host -o link | sed 's/ qdisc [a-z]*//')
status=0
timeout 20 ip netns exec "$(lab_ns host)" "$BONDD" -c "$config" </dev/null >>"$daemon_log" 2>&1 || status=$?
said=$(grep -vE '^([0-9:.]+ info|EAL): ' "$daemon_log") || true
echo "  $said"
equal "exit status" 1 "$status"
[[ $said == *' error: runtime.hugepages = "require": 0 MB are free, memory_mb = 128 are wanted; reserve them (scripts/setup-hugepages 128)' &&
	$said != *$'\n'* ]] || fail "one sentence that says what to do"
equal "the interfaces" "$before" "$(lab_ip host -o link | sed 's/ qdisc [a-z]*//')"

# Without giving any away: some may be free.
free=$(($(cat $pages/free_hugepages) - $(cat $pages/resv_hugepages)))
if [ "$free" -ge 64 ]; then
	say "auto, enough free"
	BONDD=$daemon
	configure auto
	: >"$daemon_log"
	net_start
	equal "its line" 'info: memory: 128 MB of hugepages' "$(memory)"
	net_stop
fi
