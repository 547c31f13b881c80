#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# refuse.sh - each wrong start ends with its exit code and one clear sentence, and changes nothing.
. "$(dirname "$0")/lib.sh"

# All that a start could change.
snapshot() {
	lab_ip host -o -d link | sed 's/ qlen [0-9]*//; s/ qdisc [a-z]*//; s/promiscuity [0-9]*//'
	lab_ip host -o address
	find /run/dpdk-bondd -name "$(stat -Lc %i "/run/netns/$(lab_ns host)")-*" 2>/dev/null || true
	ls "$LAB_DIR"/*.sock 2>/dev/null || true
}

# The kernel tells of carrier a moment after the interface is up.
settled() {
	lab_ip host -o link show dev eth2 | grep -v NO-CARRIER | has ' state UP '
}

# Run a command that has to fail with a status and exactly one line of complaint, which has to
# match a pattern; nothing may change. Usage: refuses SENTENCE STATUS PATTERN COMMAND...
refuses() {
	local sentence=$1 wanted=$2 pattern=$3 before status=0
	shift 3
	before=$(snapshot)
	timeout 20 ip netns exec "$(lab_ns host)" "$@" </dev/null >"$LAB_DIR/out" 2>"$LAB_DIR/err" || status=$?
	cp "$LAB_DIR/err" "$daemon_log"
	# Lines of the log that only inform are no complaint; DPDK's own word about a device may stand.
	grep -vE "^([0-9:.]+ (info|notice|debug)|EAL): |^(${driver_says:-EAL: })" "$LAB_DIR/err" >"$LAB_DIR/complaint" || true
	echo "  $sentence: $status, $(cat "$LAB_DIR/complaint")"
	equal "exit status for $sentence" "$wanted" "$status"
	grep -qiE -- "$pattern" "$LAB_DIR/complaint" || fail "the sentence for $sentence matches /$pattern/"
	equal "lines of complaint for $sentence" 1 "$(wc -l <"$LAB_DIR/complaint")"
	equal "what $sentence left changed" "" "$(diff <(echo "$before") <(snapshot) || true)"
}

# The configuration with one sed(1) expression applied. Usage: with EXPRESSION
with() {
	sed "$1" "$LAB_DIR/good.cfg" >"$config"
}

driver_says= # lines of a driver about its device, where it has more than one
net_open
net_cables
net_config active-backup
cp "$config" "$LAB_DIR/good.cfg"

say "the command line and the file"
for arguments in "" "-c" "--nonsense" "-c $config extra" "-c $config --check=7"; do
	status=0
	# shellcheck disable=SC2086
	lab_in host "$BONDD" $arguments >/dev/null 2>"$LAB_DIR/err" || status=$?
	echo "  arguments \"$arguments\": $status, $(head -n 1 "$LAB_DIR/err")"
	equal "exit status with \"$arguments\"" 2 "$status"
	check "the complaint names the program" grep -q '^dpdk-bondd: ' "$LAB_DIR/err"
done
refuses "a missing file" 2 "$LAB_DIR/none.cfg.*no such file" "$BONDD" -c "$LAB_DIR/none.cfg"
refuses "a directory" 2 "$LAB_DIR" "$BONDD" -c "$LAB_DIR"
with 's/version = 1;/version = 1; bonds = (/'
refuses "a syntax error" 2 "^$config:[0-9]+:" "$BONDD" -c "$config"
head -c 4096 /dev/urandom >"$config"
refuses "a file of noise" 2 "^$config:[0-9]+:" "$BONDD" -c "$config"
with 's/mode = /mimon = 100; mode = /'
refuses "an unknown key" 2 "^$config:[0-9]+: .*mimon.*miimon" "$BONDD" -c "$config"
with 's/mode = "[^"]*"/mode = "active-bakup"/'
refuses "an unknown mode" 2 "^$config:[0-9]+: .*active-bakup" "$BONDD" -c "$config"
with 's/worker_cores = ""/worker_cores = "0-4095"/'
refuses "a core out of range" 2 "^$config:[0-9]+: .*worker_cores" "$BONDD" -c "$config"
with 's/netdev = "eth2"/netdev = "eth1"/'
refuses "the same port twice" 2 "^$config:[0-9]+: .*eth1" "$BONDD" -c "$config"

say "interfaces that cannot be members"
with 's/netdev = "eth2"/netdev = "eth9"/'
refuses "a netdev that is not there" 1 'eth9' "$BONDD" -c "$config"
cp "$LAB_DIR/good.cfg" "$config"
lab_ip host address add 10.88.0.1/24 dev eth2
lab_ip host link set eth2 up
soon "the kernel is done with eth2" settled
refuses "a netdev that is up with an address" 1 'eth2.*10\.88\.0\.1' "$BONDD" -c "$config"
lab_ip host link set eth2 down
lab_ip host address flush dev eth2
lab_ip host link add br7 type bridge
lab_ip host link set eth2 master br7
refuses "a netdev in a bridge" 1 'eth2.*br7' "$BONDD" -c "$config"
lab_ip host link set eth2 nomaster
with 's/netdev = "eth2"/netdev = "br7"/'
refuses "a bridge" 1 'br7.*is a bridge' "$BONDD" -c "$config"
cp "$LAB_DIR/good.cfg" "$config"
lab_ip host link del br7
lab_ip host link add bond0 type veth peer name bond0peer
refuses "an interface called bond0 is there already" 1 'bond0' "$BONDD" -c "$config"
lab_ip host link del bond0
with 's/{ name = "eth2"; netdev = "eth2";  }/{ name = "eth2"; pci = "0000:ff:1f.7"; }/'
refuses "a PCI device that is not there" 1 '0000:ff:1f\.7' "$BONDD" -c "$config"
with 's/{ name = "eth2"; netdev = "eth2";  }/{ name = "eth2"; vdev = "net_nonsense0"; }/'
refuses "a driver that is not there" 1 'net_nonsense' "$BONDD" -c "$config"
with 's|{ name = "eth2"; netdev = "eth2";  }|{ name = "eth2"; vdev = "net_memif0"; }|; s/mode = /mtu = 9000; mode = /'
sed -i 's/{ name = "eth1"; netdev = "eth1";  },//' "$config"
refuses "an MTU that a driver does not carry" 1 'eth2 \(net_memif0\): driver net_memif carries an MTU of [0-9]+ at most, not 9000' \
	"$BONDD" -c "$config"
with 's|{ name = "eth2"; netdev = "eth2";  }|{ name = "eth2"; vdev = "net_vhost0,iface=/none/here"; }|'
driver_says='VHOST_CONFIG|Failed to start driver for /none/here|Port[0-9]+ dev_configure = -1'
refuses "a driver that does not start" 1 'eth2 \(net_vhost0,iface=/none/here\): ' "$BONDD" -c "$config"
driver_says=
with 's/mode = /host: { type = "virtio-user"; }; mode = /'
refuses "no /dev/vhost-net" 1 'bond0: host.type = "virtio-user" needs /dev/vhost-net: .*modprobe vhost_net' \
	unshare -m sh -c "[ ! -e /dev/vhost-net ] || { mkdir $LAB_DIR/dev && mount --bind /dev $LAB_DIR/dev &&
	mount -t tmpfs none /dev && mkdir /dev/net && cp -a $LAB_DIR/dev/net/tun /dev/net/ &&
	cp -a $LAB_DIR/dev/*random $LAB_DIR/dev/zero $LAB_DIR/dev/null /dev/; } && exec $BONDD -c $config"
with 's/mode = /host: { type = "kni"; }; mode = /'
refuses "host.type = kni" 2 'host.type: kni is gone from DPDK since 23.11, use virtio-user' "$BONDD" -c "$config"

say "the machine"
cp "$LAB_DIR/good.cfg" "$config"
chmod 755 "$LAB_DIR"
refuses "no root" 1 'root' setpriv --reuid 65534 --regid 65534 --clear-groups \
	"$BONDD" -c "$config"
refuses "no /dev/net/tun" 1 '/dev/net/tun' unshare -m sh -c \
	"mount -t tmpfs none /dev/net && exec $BONDD -c $config"
with 's/hugepages = "off"/hugepages = "require"/; s/memory_mb = [0-9]*/memory_mb = 65536/'
refuses "hugepages that are not there" 1 'hugepages.*\(scripts/setup-hugepages 65536\)' "$BONDD" -c "$config"

say "the socket"
with "s|socket = \"[^\"]*\"|socket = \"$LAB_DIR/none/bondd.sock\"|"
refuses "a socket in a directory that cannot be made" 1 'bondd\.sock' unshare -m sh -c \
	"mkdir -p $LAB_DIR/none && mount -t tmpfs -o ro none $LAB_DIR/none && exec $BONDD -c $config"
rm -rf "$LAB_DIR/none"
cp "$LAB_DIR/good.cfg" "$config"
echo "not a socket" >"$socket"
refuses "a file where the socket should be" 1 'bondd\.sock' "$BONDD" -c "$config"
equal "that file" "not a socket" "$(cat "$socket")"
rm "$socket"
net_start
before=$(bond '.members | map(.name) | join(" ")')
refuses "a socket in use by a living daemon" 1 'bondd\.sock' "$BONDD" -c "$config"
sed "s|bondd.sock|other.sock|; s/bond0/bond1/" "$config" >"$LAB_DIR/second.cfg"
refuses "members that a living daemon holds" 1 'eth1.*bond0' "$BONDD" -c "$LAB_DIR/second.cfg"
equal "members of the first daemon" "$before" "$(bond '.members | map(.name) | join(" ")')"

say "a socket that a dead daemon left"
net_stop KILL
check "the socket is still there" [ -S "$socket" ]
net_start
net_stop
equal "exit status" 0 "$stop_status"
check "the socket is gone" [ ! -e "$socket" ]
