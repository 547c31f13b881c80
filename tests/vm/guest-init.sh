#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# guest-init.sh - process 1 of a guest: file systems, modules, hugepages, then commands from the lab.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C
# shellcheck source=/dev/null
. /lab/env

mount -t tmpfs -o mode=755 run /run
mkdir -p /dev/pts /dev/shm /dev/hugepages /run/lock /lib/modules
mount -t devpts devpts /dev/pts
mount -t tmpfs shm /dev/shm
mount --bind "$MODULES" /lib/modules
mount -t hugetlbfs -o pagesize=2M hugetlbfs /dev/hugepages
echo "$HUGEPAGES" >/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages
ln -sfn /proc/self/fd /dev/fd
echo "$NAME" >/proc/sys/kernel/hostname
# DPDK loads all drivers that it finds, which takes seconds here: most guests show it those that it can use.
if [ "$DRIVERS" = few ]; then
	for dir in /usr/lib/*/dpdk/pmds-*; do
		mkdir -p "/run/drivers"
		cp -a "$dir"/librte_{bus_pci,bus_vdev,mempool_ring,net_virtio,net_e1000,net_bond,net_tap,net_af_packet,net_af_xdp}.so* \
			/run/drivers/
		mount --bind /run/drivers "$dir"
	done
fi
# State of the machine below must not reach the guest.
rm -rf /var/lib/dpdk-bondd
ip link set lo up

port=$(grep -lx lab /sys/class/virtio-ports/*/name | head -n 1)
port=/dev/$(basename "$(dirname "$port")")
touch /lab/ready

# A line "ID SECONDS NETNS" a command; each runs on its own, so that several can at once.
while read -r id seconds netns; do
	(
		cd / || exit
		where=()
		[ "$netns" = - ] || where=(ip netns exec "$netns")
		BASH_ENV=/lab/guest-lib.sh timeout -k 3 "$seconds" setsid -w "${where[@]}" \
			bash -euo pipefail "/lab/$id.cmd" </dev/null >"/lab/$id.out" 2>&1
		echo $? >"/lab/$id.new"
		mv "/lab/$id.new" "/lab/$id.rc"
	) &
done <"$port"
echo "guest-init.sh: the agent ended"
poweroff -f
