# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash disable=SC2034,SC2154
# vm.sh - the tests in virtual machines, for scripts/test.

# The cases of tests/vm, each for itself: a guest takes all processors.
vm_tests() {
	local file name why=
	heading "in virtual machines"
	if $quick; then why="left out by --quick"
	elif [ "$vm" = no-vm ]; then why="left out by --no-vm"
	elif [ "$vm" != vm ] && ! command -v qemu-system-x86_64 >/dev/null; then why="needs QEMU (scripts/test --vm installs it)"
	elif [ "$usable" -ne 0 ]; then why="the build failed"
	fi
	if [ "$vm" = vm ]; then
		exec 3>&1
		export VM_PROGRESS=3
	fi
	for file in tests/vm/cases/*.sh; do
		name="vm: $(basename "$file" .sh)"
		if [ -n "$why" ]; then skip "$name" "$why"; else try "$name" 600 bash "$file"; fi
	done
}
