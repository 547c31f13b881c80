# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# lanes.sh - tests beside each other, for scripts/test: what a lane says is shown when it ends.

# Run a function of tests beside the others. Usage: lane_begin NAME PRIORITY; sets lanes[NAME].
declare -A lanes=()
lane_begin() {
	(
		trap 'kill $job; exit 143' TERM
		# shellcheck disable=SC2030
		passed=0 failed=0 skipped=0 failures=() skips=()
		renice -n "$2" "$BASHPID" >/dev/null
		"$1"
		declare -p passed failed skipped failures skips | sed 's/^declare -[-a]* /lane_/' >"$work/$1"
	) >"$work/$1.out" 2>&1 &
	lanes[$1]=$!
	lane=${lanes[*]}
	sleep 0.1
}

# Wait for a lane, show what it said and add its counts. Usage: lane_end NAME
# shellcheck disable=SC2031
lane_end() {
	wait "${lanes[$1]}" || true
	unset "lanes[$1]"
	lane=${lanes[*]}
	cat "$work/$1.out"
	lane_passed=0 lane_failed=1 lane_skipped=0 lane_failures=("$1: ended early") lane_skips=()
	# shellcheck source=/dev/null
	[ ! -f "$work/$1" ] || . "$work/$1"
	passed=$((passed + lane_passed)) failed=$((failed + lane_failed)) skipped=$((skipped + lane_skipped))
	failures+=("${lane_failures[@]}") skips+=("${lane_skips[@]}")
}

# True for the first lane that asks for it. Usage: claim NAME
claim() {
	mkdir "$work/claimed-$1" 2>/dev/null
}

# The last lines, and the status of the whole.
conclude() {
	echo
	[ ${#skips[@]} -eq 0 ] || printf 'skipped: %s\n' "${skips[@]}"
	[ ${#failures[@]} -eq 0 ] || printf 'FAILED:  %s\n' "${failures[@]}"
	echo "took $((SECONDS - start)) s"
	echo "$passed passed, $failed failed, $skipped skipped"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}
