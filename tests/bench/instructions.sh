#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# instructions.sh - compares instructions a frame of every hot path with tests/bench/instructions.txt.
set -euo pipefail
export LC_ALL=C

usage() {
	cat <<'EOF2'
usage: tests/bench/instructions.sh [--update] COUNT COMPILER

  COUNT     the program of this name in a build directory
  COMPILER  what it was built with, and how
  --update  write what is measured to tests/bench/instructions.txt

Exits 0 when no path needs over 5 % more or less than is written there; 77 when that was measured
with another compiler or processor, or valgrind is not here. Valgrind does not know AVX-512 and hides it from
programs, so these are the paths of processors without: with AVX2, and in plain C.
EOF2
}

update=false
[ "${1:-}" != --update ] || { update=true; shift; }
[ $# -eq 2 ] || { usage >&2; exit 2; }
count=$1 compiler=$2
expected=$(dirname "$(readlink -f "$0")")/instructions.txt
tolerance=5 # percent

if ! command -v valgrind >/dev/null; then
	echo "valgrind is not here"
	exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! valgrind --tool=callgrind --collect-atstart=no --callgrind-out-file="$work/out" "$count" \
	>"$work/log" 2>&1; then
	cat "$work/log"
	exit 1
fi

mapfile -t files < <(printf '%s\n' "$work"/out.* | sort -V)
how="$compiler, $(grep '^vectors: ' "$work/log")"
if ! $update && ! grep -qxF "# $how" "$expected"; then
	echo "instructions.txt was not measured with $how"
	exit 77
fi
# One line a path: its name, instructions a frame.
awk '
	/^desc: Trigger: Client Request: / { name = $5; frames = $6 }
	/^(summary|totals): / { if (name) printf "%-48s %8.2f\n", name, $2 / frames; name = "" }
' "${files[@]}" >"$work/now"
if ! [ -s "$work/now" ]; then
	cat "$work/log"
	echo "callgrind wrote nothing"
	exit 1
fi

if $update; then
	{
		echo "# Instructions a frame, by callgrind: vectors/mode/policy/traffic/hash/way."
		echo "# Written by tests/bench/instructions.sh --update."
		echo "# $how"
		cat "$work/now"
	} >"$expected"
	cat "$expected"
	exit 0
fi
awk -v tolerance="$tolerance" '
	FNR == NR { if ($1 != "#") expected[$1] = $2; next }
	!($1 in expected) { print $1 ": not in instructions.txt"; bad++; next }
	{
		change = 100 * ($2 / expected[$1] - 1)
		seen[$1] = 1
		printf "%-48s %8.2f, was %8.2f (%+.1f %%)\n", $1, $2, expected[$1], change
		if (change > tolerance || change < -tolerance)
			beyond[++n] = $1
	}
	END {
		for (name in expected)
			if (!(name in seen)) {
				print name ": not measured any more"
				bad++
			}
		for (i = 1; i <= n; i++)
			print "more than " tolerance " % away: " beyond[i]
		if (bad + n)
			print "if that is meant: tests/bench/instructions.sh --update, and say why in the commit"
		exit bad + n > 0
	}
' "$expected" "$work/now"
