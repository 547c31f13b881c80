#!/bin/busybox sh
# SPDX-License-Identifier: BSD-3-Clause
# guest-boot.sh - first program of a guest: the host's / (9p) under a tmpfs, then guest-init.sh in it.
# shellcheck shell=dash disable=SC2086

b=/bin/busybox
nine=trans=virtio,version=9p2000.L,msize=512000

die() {
	echo "guest-boot.sh: $*"
	$b poweroff -f
}

$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs dev /dev
for module in $($b cat /m/order); do
	$b insmod "/m/$module"
done
$b mount -t 9p -o $nine,cache=loose,ro root /lower || die "no root file system"
$b mount -t tmpfs -o mode=755 rw /rw
$b mkdir -p /rw/upper /rw/work
$b mount -t overlay -o lowerdir=/lower,upperdir=/rw/upper,workdir=/rw/work overlay /root || die "no overlay"
$b mkdir -p /root/lab
$b mount -t 9p -o $nine,cache=none share /root/lab || die "no share"
for dir in proc sys dev; do
	$b mount --move /$dir /root/$dir
done
exec $b switch_root /root /lab/init
