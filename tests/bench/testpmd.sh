#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# testpmd.sh - dpdk-bondd beside dpdk-testpmd that forwards over net_bonding: frames a second, one core each.
# shellcheck disable=SC2317 # measure() calls what its arguments name
set -euo pipefail; PS4="+$LINENO "; [ -z "${DEBUG:-}" ] || set -x
export LC_ALL=C

usage() {
	cat <<'EOF2'
usage: sudo tests/bench/testpmd.sh [--rounds N] [--json FILE] DPDK-BONDD LOOP.SO

Both programs run by turns, each N times (3), with one core that forwards and a control thread on the
other. Two bonds face each other, each with two members and a host port, all of them rings, and frames go
round between the hosts (see loop.c). testpmd forwards with --forward-mode=io between net_bonding and
the host port. Prints the medians; exits with 1 when a gain is below 1.10.
EOF2
}

rounds=3 json=
while [ $# -gt 0 ]; do
	case $1 in
	--rounds) [ $# -ge 2 ] || { usage >&2; exit 2; }; rounds=$2; shift ;;
	--json) [ $# -ge 2 ] || { usage >&2; exit 2; }; json=$2; shift ;;
	-h | --help) usage; exit 0 ;;
	-*) echo "testpmd.sh: unknown option \"$1\"" >&2; usage >&2; exit 2 ;;
	*) break ;;
	esac
	shift
done
[ $# -eq 2 ] || { usage >&2; exit 2; }
bondd=$(readlink -f "$1") loop=$(readlink -f "$2")

[ "$(id -u)" -eq 0 ] || { echo "testpmd.sh: hugepages need root" >&2; exit 2; }
[ "$(nproc)" -ge 2 ] || { echo "testpmd.sh: two cores are needed" >&2; exit 2; }
command -v dpdk-testpmd >/dev/null || { echo "testpmd.sh: no dpdk-testpmd (package dpdk-dev)" >&2; exit 2; }

# Hugepages of 2 MB that either program needs at most.
PAGES=400
MEMORY_MB=512
reserved=/proc/sys/vm/nr_hugepages
before=$(cat "$reserved")
work=$(mktemp -d)
pid=
finish() {
	[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || true
	echo "$before" >"$reserved"
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM PIPE
[ "$before" -ge "$PAGES" ] || echo "$PAGES" >"$reserved"
[ "$(cat "$reserved")" -ge "$PAGES" ] || { echo "testpmd.sh: no $PAGES hugepages to be had" >&2; exit 2; }
mkfifo "$work/nothing"
exec 3<>"$work/nothing" # testpmd ends at the end of its input

# A bond of the daemon. Usage: bond NUMBER MODE POLICY MEMBER MEMBER HOST
bond() {
	local policy=
	[ -z "$3" ] || policy="xmit_hash_policy = \"$3\";"
	cat <<-CONFIG
		{ name = "bond$1"; mode = "$2"; $policy
		  host: { type = "vdev"; vdev = "net_null$6,no-rx=1"; };
		  members: ( { name = "m$4"; vdev = "net_null$4,no-rx=1"; },
		             { name = "m$5"; vdev = "net_null$5,no-rx=1"; } ); }
	CONFIG
}

# Usage: ours MODE POLICY
ours() {
	cat >"$work/bond.cfg" <<-CONFIG
		version = 1;
		runtime: { control_core = 0; worker_cores = "1"; memory_mb = $MEMORY_MB;
		           hugepages = "require"; state_dir = "$work/state"; };
		telemetry: { socket = "$work/socket"; };
		bonds: ( $(bond 0 "$1" "$2" 0 1 2), $(bond 1 "$1" "$2" 3 4 5) );
	CONFIG
	LD_PRELOAD=$loop exec "$bondd" -c "$work/bond.cfg"
}

declare -A numbers=([balance-rr]=0 [active-backup]=1 [balance-xor]=2 [802.3ad]=4)
declare -A policies=([layer2]=l2 [layer2+3]=l23 [layer3+4]=l34)

# Usage: theirs MODE POLICY
theirs() {
	local i vdevs=() policy=${2:+,xmit_policy=${policies[$2]}}
	for ((i = 0; i < 6; i++)); do
		vdevs+=(--vdev "net_null$i,no-rx=1")
	done
	vdevs+=(--vdev "net_bonding0,mode=${numbers[$1]},slave=net_null0,slave=net_null1$policy")
	vdevs+=(--vdev "net_bonding1,mode=${numbers[$1]},slave=net_null3,slave=net_null4$policy")
	LD_PRELOAD=$loop exec dpdk-testpmd -l 0,1 --no-pci --no-telemetry --in-memory "${vdevs[@]}" -- \
		--portlist=2,6,5,7 --port-topology=paired --forward-mode=io --nb-cores=1 \
		--total-num-mbufs=16384 --disable-link-check --auto-start <&3
}

counted() { grep -q '^loop: [0-9]* frames' "$work/log"; }
gone() { ! kill -0 "$pid" 2>/dev/null; }

# Run one of them until it was counted, in millions a second. Usage: measure WHO MODE POLICY
measure() {
	local try
	"$@" >"$work/log" 2>&1 &
	pid=$!
	for ((try = 0; try < 600; try++)); do
		! counted || break
		! gone || break
		sleep 0.1
	done
	if ! counted; then
		cat "$work/log" >&2
		echo "testpmd.sh: $* did not come to the end" >&2
		exit 2
	fi
	kill -TERM "$pid"
	for ((try = 0; try < 100; try++)); do
		! gone || break
		sleep 0.1
	done
	gone || kill -KILL "$pid"
	wait "$pid" 2>/dev/null || true
	pid=
	awk '/^loop: / { printf "%.1f\n", $2 / 1e6 }' "$work/log"
}

median() { sort -g | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

worst=0 rows=()
printf '%-14s %-9s %7s %10s %10s %6s\n' mode policy frames ours testpmd gain
# mode, policy, frames that go round, ms until the bonds are agreed
while read -r mode policy frames settle; do
	policy=${policy#-}
	export LOOP_FRAMES=$frames LOOP_SETTLE_MS=$settle
	rm -f "$work/ours" "$work/theirs"
	for ((round = 0; round < rounds; round++)); do
		measure ours "$mode" "$policy" >"$work/one"
		cat "$work/one" >>"$work/ours"
		measure theirs "$mode" "$policy" >"$work/one"
		cat "$work/one" >>"$work/theirs"
	done
	row=$(awk -v a="$(median <"$work/ours")" -v b="$(median <"$work/theirs")" \
		'BEGIN { printf "%.1f %.1f %.2f", a, b, a / b }')
	read -r a b gain <<<"$row"
	printf '%-14s %-9s %7s %10s %10s %6s\n' "$mode" "$policy" "$frames" "$a" "$b" "$gain"
	rows+=("{\"mode\": \"$mode\", \"policy\": \"$policy\", \"frames\": $frames, \"ours\": $a, \"theirs\": $b, \"gain\": $gain}")
	worst=$(awk -v g="$gain" -v w="$worst" 'BEGIN { print (g < 1.1 || w) ? 1 : 0 }')
done <<'POINTS'
balance-rr      -         1024   100
active-backup   -         1024   100
balance-xor     layer2    1024   100
balance-xor     layer2+3  1024   100
balance-xor     layer3+4  1024   100
balance-xor     layer3+4  16384  100
802.3ad         layer3+4  1024   7000
POINTS

if [ -n "$json" ]; then
	(
		IFS=,
		printf '{"testpmd": [%s]}\n' "${rows[*]}"
	) >"$json"
fi
[ "$worst" -eq 0 ] || echo "testpmd.sh: a gain is below 1.10" >&2
exit "$worst"
