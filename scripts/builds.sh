# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# builds.sh - build directories and the meson tests in them, for scripts/test.

# A build directory with these options, from whatever state it is in. Usage: set_up DIRECTORY OPTION...
set_up() {
	local dir=$1
	shift
	if [ -f "$dir/build.ninja" ]; then
		{ meson configure "$dir" "$@" && ninja -C "$dir" -n; } >/dev/null || rm -rf "$dir"
	fi
	[ -f "$dir/build.ninja" ] || meson setup "$@" "$dir"
}

build_in() { # DIRECTORY OPTION...
	set_up "$@" && ninja -C "$1"
}

# What virtual machines run, and nothing else.
build_programs() { # DIRECTORY OPTION...
	set_up "$@" && ninja -C "$1" app/bondd/dpdk-bondd app/bondctl/bondctl
}

# What the tests with sanitizers need, and nothing else.
build_units() { # DIRECTORY OPTION...
	local targets dir=$1
	set_up "$@" && ninja -C "$dir" build.ninja || return
	mapfile -t targets < <({ meson introspect --tests "$dir" && meson introspect --targets "$dir"; } |
		jq -sr '(.[0] | map(select(.suite[-1] | test("unit|conf|eal"))) | map(.depends[])) as $needed |
			.[1][] | select([.id] | inside($needed)) | .filename[0]' | sed "s|.*/$dir/||")
	[ "${#targets[@]}" -gt 0 ] && ninja -C "$dir" "${targets[@]}"
}

# The fuzzers, and nothing else.
build_fuzzers() {
	local targets
	set_up build-fuzz -Doptimization=1 -Dc_args=-g1 -Dfuzz=true -Dtests=enabled \
		-Db_sanitize=address,undefined -Db_lundef=false &&
		ninja -C build-fuzz build.ninja || return
	mapfile -t targets < <(meson introspect --targets build-fuzz |
		jq -r '.[] | select(.name | startswith("fuzz_")) | .filename[0]' | sed 's|.*/build-fuzz/||')
	ninja -C build-fuzz "${targets[@]}"
}

# The meson tests of a build directory: suite, name and shell command, separated by tabs.
meson_tests() {
	meson introspect --tests "$1" | jq -r --arg dir "$PWD/$1" '.[] | [
		(.suite[-1] | sub(".*:"; "")),
		.name,
		"cd \(.workdir // $dir | @sh) && exec env " +
			([.env | to_entries[] | "\(.key)=\(.value)" | @sh] + [.cmd[] | @sh] | join(" "))
	] | @tsv'
}
