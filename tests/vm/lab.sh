# SPDX-License-Identifier: BSD-3-Clause
# lab.sh - throw-away QEMU guests: an image, starting and stopping, commands, cables; to be sourced.
# shellcheck shell=bash disable=SC2034
#
# A guest runs Debian's own kernel and sees the root file system of this machine (9p, read-only, under
# a tmpfs), so that nothing is installed into an image. Everything that a lab makes lies in its
# temporary directory; qemu ends with the script that started it, and a guardian removes the rest
# even when that script is killed.
#
# Emulated throughout (TCG): KVM is missing or hangs on many test machines, and what counts here are
# drivers, IOMMU and timers of protocols, not speed.
#
# Run as a program (lab.sh guard PID DIRECTORY) it is the guardian.

vm_here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
VM_IMAGE=${VM_IMAGE:-$(dirname "$(dirname "$vm_here")")/build-vm} # kernel and initial file system
VM_DIR=                                                           # the temporary directory, once open
VM_TSC=                                                           # what guests count time by, in kHz

# Stop all guests of a lab and remove its files. May be run twice.
vm_remove() {
	local dir=$1 file pid try
	[ -d "$dir" ] || return 0
	for file in "$dir"/*/pid; do
		[ -f "$file" ] || continue
		pid=$(cat "$file")
		# Not a stranger that got the number meanwhile.
		grep -qsF "$dir" "/proc/$pid/cmdline" || continue
		kill -TERM "$pid" 2>/dev/null
		for ((try = 0; try < 40; try++)); do
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.05
		done
		kill -KILL "$pid" 2>/dev/null
	done
	rm -rf "$dir"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	[ "${1:-}" = guard ] || exit 2
	trap '' INT TERM HUP PIPE
	tail --pid="$2" -s 0.2 -f /dev/null
	vm_remove "$3"
	exit 0
fi

# What is missing here to run guests; nothing when all is there.
vm_missing() {
	local tool
	for tool in qemu-system-x86_64 busybox cpio depmod python3 dpkg-deb apt-get strip setpriv; do
		command -v "$tool" >/dev/null || {
			echo "$tool"
			return
		}
	done
	# Only a static one runs in the initial file system.
	! ldd "$(command -v busybox)" >/dev/null 2>&1 || echo "a static busybox (busybox-static)"
}

# ---------------------------------------------------------------- the image

# The name of Debian's newest kernel package.
vm_kernel_package() {
	apt-cache depends linux-image-amd64 2>/dev/null |
		sed -n 's/.*Depends: \(linux-image-[0-9].*-amd64\)$/\1/p' | head -n 1
}

# Make kernel, modules and initial file system in VM_IMAGE, unless they are there. Fails with a sentence.
vm_image() {
	local package version
	mkdir -p "$VM_IMAGE"
	(
		flock -w 300 9 || { echo "another run holds $VM_IMAGE"; exit 1; }
		package=$(vm_kernel_package)
		[ -n "$package" ] || {
			echo "the archive of this machine has no linux-image-amd64 (apt-get update?)"
			exit 1
		}
		version=${package#linux-image-}
		if [ "$(cat "$VM_IMAGE/version" 2>/dev/null)" != "$version" ]; then
			vm_kernel "$package" "$version" || exit 1
			echo "$version" >"$VM_IMAGE/version"
		fi
		vm_initrd "$version"
	) 9>"$VM_IMAGE/lock"
}

# Fetch and unpack a kernel package. Only what guests may need: the rest is hundreds of megabytes.
vm_kernel() { # PACKAGE VERSION
	local tree=$VM_IMAGE/tree
	rm -rf "$tree" "$VM_IMAGE"/*.deb
	mkdir -p "$tree"
	(cd "$VM_IMAGE" && apt-get -q -o APT::Sandbox::User=root download "$1" >fetch.log 2>&1) || {
		echo "the kernel package $1 cannot be fetched: $(tail -n 1 "$VM_IMAGE/fetch.log")"
		return 1
	}
	dpkg-deb --fsys-tarfile "$VM_IMAGE/$1"_*.deb | tar -x -C "$tree" --exclude='./usr/share/doc*' \
		--exclude='./lib/modules/*/kernel/sound*' \
		--exclude='./lib/modules/*/kernel/drivers/gpu*' \
		--exclude='./lib/modules/*/kernel/drivers/media*' \
		--exclude='./lib/modules/*/kernel/drivers/infiniband*' \
		--exclude='./lib/modules/*/kernel/drivers/net/wireless*' \
		--exclude='./lib/modules/*/kernel/drivers/iio*' \
		--exclude='./lib/modules/*/kernel/drivers/scsi*' || return
	rm -f "$VM_IMAGE/$1"_*.deb
	depmod -b "$tree" "$2" && python3 "$vm_here/vmlinux.py" "$tree/boot/vmlinuz-$2" "$VM_IMAGE/vmlinux" &&
		strip -g "$VM_IMAGE/vmlinux" && rm -f "$tree"/boot/*
}

# The initial file system: busybox, the modules that the root needs, in order, and guest-boot.sh.
vm_initrd() { # VERSION
	local dir=$VM_IMAGE/initrd module file
	rm -rf "$dir"
	mkdir -p "$dir"/{bin,m,proc,sys,dev,lower,rw,root}
	cp "$(command -v busybox)" "$dir/bin/busybox"
	: >"$dir/m/order"
	for module in virtio_pci virtio_console 9pnet_virtio 9p overlay; do
		while read -r _ file _; do
			! grep -qx "${file##*/}" "$dir/m/order" || continue
			echo "${file##*/}" >>"$dir/m/order"
			cp "$file" "$dir/m/"
		done < <(modprobe -d "$VM_IMAGE/tree" -S "$1" --show-depends "$module" | grep ^insmod)
	done
	install -m 755 "$vm_here/guest-boot.sh" "$dir/init"
	(cd "$dir" && find . | cpio -o -H newc --quiet) >"$VM_IMAGE/initrd.img" && rm -rf "$dir"
}

# ---------------------------------------------------------------- guests

# Begin. Sets the traps of the script.
vm_open() {
	VM_TSC=$(python3 "$vm_here/tsc.py")
	VM_DIR=$(mktemp -d "${TMPDIR:-/tmp}/bondd-vm.XXXXXX")
	setsid bash "$vm_here/lab.sh" guard $$ "$VM_DIR" </dev/null >/dev/null 2>&1 &
	VM_GUARD=$!
	disown "$VM_GUARD"
	trap vm_close EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 141' PIPE
	trap 'exit 143' TERM
}

# End: everything is removed. The guardian goes last.
vm_close() {
	set +e
	trap '' INT TERM HUP
	[ -n "$VM_DIR" ] || return 0
	vm_remove "$VM_DIR"
	kill -KILL -- "-$VM_GUARD" 2>/dev/null
	VM_DIR=
}

vm_args=() vm_env=''

# Arguments for a NIC. Usage: vm_nic GUEST NUMBER ID:MODEL:LINK[:PLACE] IOMMU
# MODEL is virtio, virtio-2q (two queue pairs, LINK must be a tap), e1000e, e1000 or vmxnet3.
# LINK is the end of a cable, CABLE.a or CABLE.b, whose other end may be in another guest or in the
# same one, a network interface "tap=NAME" of this machine, or "none".
# Between NIC and cable lies a hub, so that the cable can lose frames without a loss of carrier:
# set_link tells the peer of what it is set for only if that peer is a NIC.
# PLACE: none is a slot of the machine, and an IOMMU group of its own; "port" a slot from which it can be pulled
# while the guest runs; "bridge" the bridge to conventional PCI, all behind which are one IOMMU group.
vm_nic() {
	local guest=$1 number=$2 iommu=$4 id model link place device mac slot at
	IFS=: read -r id model link place <<<"$3"
	slot=$(printf %x $((0x10 + number)))
	mac=$(printf '52:54:00:%02x:00:%02x' "$(($(cksum <<<"$guest" | cut -d ' ' -f 1) % 250 + 1))" "$number")
	case $link in
	*.a | *.b)
		local far=${link%.?}.b
		[[ $link == *.a ]] || far=${link%.?}.a
		vm_args+=(
			-netdev "dgram,id=cable-$id,local.type=unix,local.path=$VM_DIR/cable-$link,remote.type=unix,remote.path=$VM_DIR/cable-$far"
			-netdev "hubport,id=hub-$id,hubid=$((100 + number)),netdev=cable-$id"
			-netdev "hubport,id=net-$id,hubid=$((100 + number))"
		)
		;;
	tap=*)
		local queues=
		[[ $model != *-2q ]] || queues=,queues=2
		vm_args+=(-netdev "tap,id=net-$id,ifname=${link#tap=},script=no,downscript=no,vhost=off$queues")
		;;
	none) vm_args+=(-netdev "hubport,id=net-$id,hubid=$((200 + number))") ;;
	esac
	case $model in
	virtio*)
		# Without a speed the bond could not say its own.
		device=virtio-net-pci,disable-legacy=on,romfile=,speed=1000,duplex=full
		[ "$iommu" != yes ] || device=$device,iommu_platform=on,ats=on
		[[ $model != *-2q ]] || device=$device,mq=on,rss=on,vectors=6
		;;
	*) device=$model,romfile= ;;
	esac
	case $place in
	port)
		vm_args+=(-device "pcie-root-port,id=port-$id,chassis=$((number + 1)),addr=0x$slot")
		at=bus=port-$id,addr=0x0 place=0000:00:$slot.0/00.0
		;;
	bridge)
		[[ " ${vm_args[*]} " == *,id=bridge,* ]] || vm_args+=(-device "pcie-pci-bridge,id=bridge,addr=0x1d")
		at=bus=bridge,addr=0x$slot place=0000:00:1d.0/$slot.0
		;;
	*) at=addr=0x$slot place=0000:00:$slot.0 ;;
	esac
	vm_env+="PCI_$id=$place MAC_$id=$mac"$'\n'
	device=$device,id=$id,netdev=net-$id,mac=$mac,$at
	echo "$device" >"$VM_DIR/$guest/nic-$id" # for device_add
	vm_args+=(-device "$device")
}

# Start a guest; vm_ready waits for it. Usage: vm_start NAME [OPTION]... NIC...
#   --cpus N, --mb MEGABYTES, --hugepages PAGES, --iommu, --seconds LIFE, --kernel ARGUMENTS,
#   --all-drivers: of DPDK; else only those for NICs of guests
vm_start() {
	local name=$1 cpus=2 mb=1024 hugepages=0 iommu=no seconds=600 kernel='' number=0 drivers=few dir
	local before=()
	shift
	while [[ ${1:-} == --* ]]; do
		case $1 in
		--iommu) iommu=yes ;;
		--all-drivers) drivers=all ;;
		--cpus) cpus=$2; shift ;;
		--mb) mb=$2; shift ;;
		--hugepages) hugepages=$2; shift ;;
		--seconds) seconds=$2; shift ;;
		--kernel) kernel=$2; shift ;;
		--in) before=(nsenter "--net=$2" --); shift ;;
		*) return 2 ;;
		esac
		shift
	done
	dir=$VM_DIR/$name
	mkdir -p "$dir/share"
	mkfifo "$dir/agent.in" "$dir/agent.out"
	install -m 755 "$vm_here/guest-init.sh" "$dir/share/init"
	cp "$vm_here"/guest-lib.sh "$vm_here"/guest-bond.sh "$vm_here"/{others,learning}.py "$vm_here/../net/frames.py" "$dir/share/"
	# A copy: what changes here while the guest is up may look stale to it.
	cp "$BONDD" "$BONDCTL" "$dir/share/"
	vm_args=(
		-name "$name" -machine "q35,usb=off,vmport=off,smbus=off" -accel "tcg,thread=multi,tb-size=512"
		-cpu "max,la57=off" -smp "$cpus" -m "$mb" -nodefaults -no-user-config -display none -no-reboot
		-kernel "$VM_IMAGE/vmlinux" -initrd "$VM_IMAGE/initrd.img"
		-serial "file:$dir/console" -qmp "unix:$dir/qmp,server=on,wait=off"
		-fsdev "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap"
		-fsdev "local,id=share,path=$dir/share,security_model=none"
		-chardev "pipe,id=agent,path=$dir/agent"
	)
	if [ "$iommu" = yes ]; then
		vm_args+=(-device "intel-iommu,intremap=on,caching-mode=on,device-iotlb=on")
		kernel="intel_iommu=on iommu=nopt $kernel"
	fi
	vm_args+=(
		-device "virtio-9p-pci,fsdev=root,mount_tag=root" -device "virtio-9p-pci,fsdev=share,mount_tag=share"
		-device virtio-serial-pci -device "virtserialport,chardev=agent,name=lab"
		-append "console=ttyS0 quiet panic=-1 mitigations=off tsc=reliable tsc_early_khz=$VM_TSC no_timer_check $kernel"
	)
	vm_env="NAME=$name HUGEPAGES=$hugepages DRIVERS=$drivers VERSION=$(cat "$VM_IMAGE/version")"
	vm_env+=" MODULES=$VM_IMAGE/tree/lib/modules"$'\n'
	for nic; do
		vm_nic "$name" "$number" "$nic" "$iommu"
		number=$((number + 1))
	done
	printf %s "$vm_env" >"$dir/share/env"
	"${before[@]}" setpriv --pdeathsig KILL timeout -k 5 "$seconds" \
		setpriv --pdeathsig KILL qemu-system-x86_64 "${vm_args[@]}" </dev/null >"$dir/qemu.log" 2>&1 &
	echo $! >"$dir/pid"
}

vm_alive() { # NAME
	kill -0 "$(cat "$VM_DIR/$1/pid")" 2>/dev/null
}

# Wait until a guest takes commands. Usage: vm_ready NAME [SECONDS]
vm_ready() {
	local end=$((SECONDS + ${2:-120}))
	until [ -e "$VM_DIR/$1/share/ready" ]; do
		vm_alive "$1" || { echo "the guest $1 ended while it started"; return 1; }
		[ "$SECONDS" -lt "$end" ] || { echo "the guest $1 did not start in ${2:-120} s"; return 1; }
		sleep 0.05
	done
}

# Run a script in a guest; output and exit status pass through, 124 when its time was over, 125 when
# the guest died. Usage: vm_exec NAME[/NETNS] SECONDS SCRIPT
vm_exec() {
	local name=${1%%/*} netns=${1#*/} seconds=$2 dir id file status
	dir=$VM_DIR/$name
	[ "$netns" != "$1" ] || netns=-
	id=$BASHPID.$RANDOM$RANDOM
	file=$dir/share/$id
	printf '%s\n' "$3" >"$file.cmd"
	: >"$file.out"
	chmod 666 "$file".*
	# Opened for both ways: never blocks, even if qemu has just gone.
	echo "$id $seconds $netns" 1<>"$dir/agent.in"
	local end=$((SECONDS + seconds + 30))
	status=124
	while [ "$SECONDS" -lt "$end" ]; do
		if [ -s "$file.rc" ]; then
			status=$(cat "$file.rc")
			break
		fi
		vm_alive "$name" || { status=125; break; }
		sleep 0.05
	done
	cat "$file.out"
	rm -f "$file".*
	return "$status"
}

# Commands for QEMU's monitors, at once one after the other. Usage: vm_monitor NAME COMMAND [NAME COMMAND]...
vm_monitor() {
	python3 "$vm_here/monitor.py" "$VM_DIR" "$@"
}

# Carrier of NICs on or off, as near to each other as can be. Usage: vm_link on|off NAME:NIC...
vm_link() {
	local state=$1 nic commands=()
	shift
	for nic; do
		commands+=("${nic%:*}" "set_link ${nic#*:} $state")
	done
	vm_monitor "${commands[@]}"
}

# A cable that loses everything both ways, silently (off), or works again. Usage: vm_cable on|off NAME:NIC
vm_cable() {
	vm_monitor "${2%:*}" "set_link cable-${2#*:} $1"
}

# Cables that do what NICs of today count on: segmentation and checksums pass through them undone, as
# between taps of this kernel. They lie in a network namespace of their own, which ends with the
# script; guests that use them start with "--in $VM_WIRES", their NICs say tap=wNa and tap=wNb.
# Usage: vm_wires COUNT QUEUES_OF_THE_ENDS_B
VM_WIRES=
vm_wires() {
	local number end queues
	setpriv --pdeathsig KILL unshare --net sleep infinity &
	VM_WIRES=/proc/$!/ns/net
	until ! [ "$VM_WIRES" -ef /proc/self/ns/net ]; do sleep 0.02; done
	for ((number = 1; number <= $1; number++)); do
		vm_wire link add "wire$number" type bridge stp_state 0 forward_delay 0 mcast_snooping 0 || return
		for end in a b; do
			queues=
			[ "$end" = a ] || [ "$2" -eq 1 ] || queues=multi_queue
			# shellcheck disable=SC2086
			vm_wire tuntap add dev "w$number$end" mode tap vnet_hdr $queues || return
			vm_wire link set "w$number$end" master "wire$number"
			# It passes LACP, which bridges keep back otherwise, and learns nothing.
			vm_wire link set dev "w$number$end" type bridge_slave learning off group_fwd_mask 4
			vm_wire link set "w$number$end" up
		done
		vm_wire link set "wire$number" up
	done
}

vm_wire() {
	nsenter "--net=$VM_WIRES" -- ip "$@"
}

# The last words of all guests.
vm_report() {
	local dir
	for dir in "$VM_DIR"/*/; do
		[ -f "$dir/pid" ] || continue
		echo "---- qemu and console of the guest $(basename "$dir"), last lines"
		tail -n 5 "$dir/qemu.log"
		tail -n 30 "$dir/console"
	done
}
