#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# run.sh - compares what a program says to each NAME.cfg with NAME.ok (and NAME.warn) or NAME.err.
set -uo pipefail
export LC_ALL=C

usage() {
	cat <<'EOF2'
usage: run.sh [--update | --once] PROGRAM

PROGRAM has the command line of dpdk-bondd, on a machine with cores 0-3. NAME.ok is what
--print-config writes, NAME.warn what goes to standard error with it, NAME.err the one line of a
refusal. --update writes these files anew, and docs/config.md: read the difference before you
commit it. --once reads each file with --print-config only: for a program made slow by sanitizers.
EOF2
	exit 2
}

update=false once=false
case ${1-} in
--update) update=true; shift ;;
--once) once=true; shift ;;
esac
if [ $# -ne 1 ] || [ ! -x "$1" ]; then usage; fi
program=$(realpath "$1")
cd "$(dirname "$(realpath "$0")")" || exit 1
top=../..
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tests=0 failures=0

fail() { # NAME SENTENCE
	failures=$((failures + 1))
	echo "FAIL $1: $2"
}

# Run the program; leaves its output in $work and its exit status in $status.
run() { # ARGUMENT...
	timeout 60 "$program" "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
}

same() { # NAME EXPECTED ACTUAL
	diff -u "$2" "$3" >"$work/diff" && return
	fail "$1" "is not what $2 says:"
	sed 's/^/    /' "$work/diff"
}

expect_accepted() { # NAME FILE GOLDEN
	local warn=$3.warn
	[ -f "$warn" ] || warn=/dev/null
	run -c "$2" --print-config
	[ $status -eq 0 ] || fail "$1" "exit status $status instead of 0"
	same "$1" "$3.ok" "$work/out"
	same "$1" "$warn" "$work/err"
	! $once || return 0
	run -c "$3.ok" --print-config
	same "$1, read again" "$3.ok" "$work/out"
	run -c "$2" --check
	[ "$status/$(wc -c <"$work/out")" = 0/0 ] || fail "$1" "--check does not pass in silence"
}

expect_refused() { # NAME FILE LINE_IN_FILE
	local action
	for action in --print-config --check; do
		run -c "$2" "$action"
		[ $status -eq 2 ] || fail "$1" "exit status $status instead of 2"
		[ ! -s "$work/out" ] || fail "$1" "writes to standard output"
		same "$1" "$3" "$work/err"
		! $once || return 0
	done
}

update_golden() { # FILE GOLDEN
	rm -f "$2".{ok,err,warn}
	run -c "$1" --print-config
	if [ $status -eq 0 ]; then
		cp "$work/out" "$2.ok"
		[ ! -s "$work/err" ] || cp "$work/err" "$2.warn"
	else
		cp "$work/err" "$2.err"
	fi
}

golden() { # FILE GOLDEN
	tests=$((tests + 1))
	! $update || update_golden "$1" "$2"
	if [ -f "$2.ok" ] && [ ! -f "$2.err" ]; then
		expect_accepted "$1" "$1" "$2"
	elif [ -f "$2.err" ] && [ ! -f "$2.ok" ]; then
		expect_refused "$1" "$1" "$2.err"
	else
		fail "$1" "needs either $2.ok or $2.err"
	fi
}

refused() { # NAME FILE LINE
	tests=$((tests + 1))
	echo "$3" >"$work/line"
	expect_refused "$1" "$2" "$work/line"
}

for file in *.cfg; do
	golden "$file" "${file%.cfg}"
done
for file in "$top"/config/*.cfg; do
	golden "$file" "shipped-$(basename "$file" .cfg)"
done
for file in *.ok *.err *.warn; do
	name=${file%.*}
	[ -f "$name.cfg" ] || [ -f "$top/config/${name#shipped-}.cfg" ] || fail "$file" "belongs to no $name.cfg"
done

# The reference file: what is commented out is the default, and nothing is left out. Settings that a
# mode does not have are left out of its turn.
# shellcheck disable=SC2016
for mode in balance-rr active-backup balance-xor broadcast 802.3ad balance-tlb balance-alb; do
	tests=$((tests + 1))
	run --print-doc
	sed -nE '/Only in mode /{/Only in mode .*'"$mode"'/!s/^\| `([a-z_]*)`.*/\/ \1 = \/d/p}' "$work/out" >"$work/absent"
	sed -E "s/^( *mode = ).*;/\\1\"$mode\";/" "$top/config/bond.cfg" >"$work/commented.cfg"
	sed -E -f "$work/absent" -e 's/^( *)# ([a-z_]+ = [^:]*;)/\1\2/' "$work/commented.cfg" >"$work/bond.cfg"
	run -c "$work/commented.cfg" --print-config
	[ $status -eq 0 ] || fail "config/bond.cfg in mode $mode" "exit status $status instead of 0"
	mv "$work/out" "$work/commented.ok"
	run -c "$work/bond.cfg" --print-config
	same "config/bond.cfg without comments in mode $mode" "$work/commented.ok" "$work/out"
done
tests=$((tests + 1))
run --print-doc
# shellcheck disable=SC2016
while IFS= read -r name; do
	grep -qE "^ *(# )?$name( = |: )" "$top/config/bond.cfg" || fail config/bond.cfg "does not show $name"
done < <(sed -n 's/^| `\([a-z_]*\)`.*/\1/p' "$work/out")

tests=$((tests + 1))
! $update || cp "$work/out" "$top/docs/config.md"
same docs/config.md "$top/docs/config.md" "$work/out"

# What is no configuration file at all.
refused "a missing file" no/such.cfg "no/such.cfg: cannot read: No such file or directory"
refused "a directory" . ".: cannot read: Is a directory"
refused "a device" /dev/null "/dev/null: cannot read: neither a file nor a pipe"
refused "a device without end" /dev/zero "/dev/zero: cannot read: neither a file nor a pipe"
mkfifo "$work/pipe"
refused "a pipe without writer" "$work/pipe" "$work/pipe:1: version: it is missing"
head -c 10M /dev/urandom >"$work/garbage"
refused "10 MB of garbage" "$work/garbage" "$work/garbage: larger than 1048576 bytes"
awk 'BEGIN { for (i = 0; i < 20000; i++) print "a" i " = 1;" }' >"$work/many"
refused "20000 settings" "$work/many" "$work/many:16385: more than 16384 settings"
if [ "$(id -u)" -ne 0 ]; then
	: >"$work/secret"
	chmod 0 "$work/secret"
	refused "a file without permission" "$work/secret" "$work/secret: cannot read: Permission denied"
fi

echo "$tests configurations, $failures failures"
[ "$failures" -eq 0 ]
