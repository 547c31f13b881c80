# SPDX-License-Identifier: BSD-3-Clause
# guest-lib.sh - what every command in a guest begins with: NICs and their drivers, waiting.
# shellcheck shell=bash
#
# /lab/env has PCI_<id> and MAC_<id> of each NIC that vm_start was given.
# shellcheck source=/dev/null
. /lab/env
unset BASH_ENV

# Poll until COMMAND succeeds. Usage: wait_for SECONDS COMMAND...
wait_for() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || { echo "not so in time: $*"; return 1; }
		sleep 0.1
	done
}

not() {
	! "$@"
}

# Its PCI address. Behind a bridge (BRIDGE/SLOT) the bus has the number that it was given.
nic_pci() { # ID
	local name=PCI_$1 bus
	if [[ ${!name} != */* ]]; then
		echo "${!name}"
		return
	fi
	for bus in "/sys/bus/pci/devices/${!name%/*}/pci_bus"/*; do
		echo "${bus##*/}:${!name#*/}"
	done
}

# The driver that a NIC is bound to; nothing when there is none.
nic_driver() { # ID
	local path
	path=$(readlink "/sys/bus/pci/devices/$(nic_pci "$1")/driver") || true
	echo "${path##*/}"
}

# The interface of a NIC; nothing when there is none.
nic_netdev() { # ID
	local path
	for path in "/sys/bus/pci/devices/$(nic_pci "$1")"/{,virtio*/}net/*; do
		[ ! -e "$path" ] || echo "${path##*/}"
	done
}

nic_has_netdev() { # ID
	[ -n "$(nic_netdev "$1")" ]
}

# Give NICs to the kernel, each under the name of its id, up or down as it is. Usage: nic_kernel ID...
nic_kernel() {
	local id
	# With MSI-X the e1000e of QEMU 7.2 never raises the interrupt that tells of its link.
	modprobe -q e1000e IntMode=0,0,0,0,0,0,0,0
	modprobe -q virtio_net
	for id; do
		modprobe "$(cat "/sys/bus/pci/devices/$(nic_pci "$id")/modalias")"
		wait_for 10 nic_has_netdev "$id"
		ip link set "$(nic_netdev "$id")" name "$id"
	done
}

# The driver for DPDK that this guest can use: vfio-pci behind an IOMMU, else uio_pci_generic
# (Debian's kernel has no vfio without an IOMMU).
nic_user_driver() {
	if [ -n "$(ls /sys/class/iommu)" ]; then echo vfio-pci; else echo uio_pci_generic; fi
}

# Give NICs to DPDK, by hand. Usage: nic_dpdk ID...
nic_dpdk() {
	local id driver address device
	driver=$(nic_user_driver)
	modprobe "$driver"
	for id; do
		address=$(nic_pci "$id")
		device=/sys/bus/pci/devices/$address
		[ "$(nic_driver "$id")" != "$driver" ] || continue
		[ ! -e "$device/driver" ] || echo "$address" >"$device/driver/unbind"
		echo "$driver" >"$device/driver_override"
		echo "$address" >/sys/bus/pci/drivers_probe
		[ "$(nic_driver "$id")" = "$driver" ]
	done
}

# Count lost pings, ten a second: prints "SENT LOST". Usage: pings ADDRESS COUNT [OWN_ADDRESS]
# Some more are sent than counted: ping(8) does not wait for the last ones.
pings() {
	local own=()
	[ $# -lt 3 ] || own=(-I "$3")
	ping -n -i 0.1 -c "$(($2 + 10))" -W 2 "${own[@]}" "$1" >"/run/ping.$1.${3:-}" || true
	awk -v count="$2" '
		/ bytes from .*icmp_seq=/ {
			match($0, /icmp_seq=[0-9]+/)
			number = substr($0, RSTART + 9, RLENGTH - 9) + 0
			if (number <= count && !seen[number]++) came++
		}
		END { print count, count - came }' "/run/ping.$1.${3:-}"
}

# A counter of the protocols of this network name space. Usage: counter NAME
counter() {
	nstat -asz "$1" | awk -v name="$1" '$1 == name { print $2 }'
}

# Bad checksums of TCP and UDP so far, as the protocols count them and as the drivers of these interfaces do.
bad_checksums() { # [INTERFACE...]
	local id
	{
		counter TcpInCsumErrors
		counter UdpInCsumErrors
		for id; do
			ethtool -S "$id" 2>/dev/null | sed -nE 's/.*(csum|checksum).*err.*: ([0-9]+)$/\2/p'
		done
	} | awk '{ n += $1 } END { print n }'
}

# An iperf3 server, in the background, until it is killed with its namespace or guest.
serve() {
	iperf3 -s -D --logfile /run/iperf3.log
	wait_for 10 grep -q ':1451 .* 0A ' /proc/net/tcp6
}

# TCP for some seconds; prints Mbit/s that arrived. Usage: tcp SECONDS ADDRESS [OPTION...]
tcp() {
	local seconds=$1 address=$2
	shift 2
	timeout $((seconds + 30)) iperf3 -J -t "$seconds" -c "$address" "$@" >/run/iperf.json || {
		jq -r .error /run/iperf.json
		return 1
	}
	jq '.end.sum_received.bits_per_second / 1e6 | floor' /run/iperf.json
}

# shellcheck source=tests/vm/guest-bond.sh
. /lab/guest-bond.sh
