# SPDX-License-Identifier: BSD-3-Clause
# guest-bond.sh - in guests: the daemon, the bond of Linux, a bridge, and testpmd's bond.
# shellcheck shell=bash

bondd_config=/run/bond.cfg
bondd_socket=/run/dpdk-bondd/bondd.sock

# Write a configuration for NICs by their ids.
# Usage: bondd_configure MODE "ID..." [SETTINGS_OF_THE_BOND [RUNTIME [SETTINGS_OF_HOST]]]
bondd_configure() {
	local id members=() runtime=${4:-'worker_cores = "1";'} host=${5:-'type = "virtio-user";'}
	for id in $2; do
		members+=("{ name = \"$id\"; pci = \"$(nic_pci "$id")\"; }")
	done
	cat >"$bondd_config" <<-CONFIG
		version = 1;
		runtime: { control_core = 0; $runtime memory_mb = 256; hugepages = "require";
		  eal_args = [ "--vfio-intr=legacy" ]; };
		log: { level = "debug"; };
		bonds: ({
		  name = "bond0";
		  mode = "$1";
		  ${3:-}
		  host: { $host };
		  members: ( $(IFS=,; echo "${members[*]}") );
		});
	CONFIG
}

# Start the daemon and wait until it answers. Its log is readable on the host even when we are dead.
bondd_start() {
	modprobe -a tun vhost_net
	setsid env --default-signal=INT,QUIT /lab/dpdk-bondd -c "$bondd_config" </dev/null >>/lab/bondd.log 2>&1 &
	echo $! >/run/bondd.pid
	wait_for 60 bondd_answers_or_is_gone
	if bondd_gone; then
		echo "the daemon ended at its start:"
		tail -n 5 /lab/bondd.log
		return 1
	fi
}

bondd_answers_or_is_gone() {
	bondd_gone || ctl list
}

bondd_gone() {
	! kill -0 "$(cat /run/bondd.pid)" 2>/dev/null
}

# Send it a signal and wait until it has ended. Usage: bondd_stop [SIGNAL]
bondd_stop() {
	kill -"${1:-TERM}" "$(cat /run/bondd.pid)"
	wait_for 20 bondd_gone
}

ctl() {
	/lab/bondctl -s "$bondd_socket" "$@"
}

# The answer about bond0, or a value in it. Usage: bond [JQ_FILTER]
bond() {
	ctl -j show bond0 | jq -r "(.result // .) | ${1:-.}"
}

# A value of a member. Usage: member ID JQ_FILTER
member() {
	bond ".members[] | select(.name == \"$1\") | $2"
}

# Usage: member_is ID JQ_FILTER VALUE
member_is() {
	[ "$(member "$1" "$2")" = "$3" ]
}

# The bond has these members, sorted. Usage: bond_has "ID..."
bond_has() {
	[ "$(bond '[.members[].name] | sort | join(" ")')" = "$1" ]
}

# The Mux machines of all these ports distribute. Usage: distribute ID...
# In one program: to start one takes a tenth of a second in a guest, and this is asked again and again.
distribute() {
	local lacp id line=$'[^\n]*\n' wanted
	lacp=$(ctl lacp bond0) || return
	for id; do
		wanted="  $id: $line    [^,]*, [A-Z]*, mux (COLLECTING_)?DISTRIBUTING,"
		[[ $lacp =~ $wanted ]] || return
	done
}

# Make the bond of Linux anew, over interfaces that are there. Usage: linux_bond "OPTIONS" ADDRESS/LENGTH ID...
linux_bond() {
	local options address=$2 id
	read -ra options <<<"$1"
	shift 2
	modprobe bonding max_bonds=0
	ip link delete bond0 2>/dev/null || true
	ip link add bond0 type bond miimon 20 "${options[@]}"
	for id; do
		ip link set "$id" down
		ip link set "$id" master bond0
	done
	ip address add "$address" dev bond0
	ip link set bond0 up
}

# A learning switch instead; its ports are isolated as those of one trunk are if wanted.
# Usage: linux_bridge on|off ADDRESS/LENGTH ID...
linux_bridge() {
	local isolated=$1 address=$2 id
	shift 2
	ip link delete bond0 2>/dev/null || true
	ip link add bond0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0
	for id; do
		ip link set "$id" up
		ip link set "$id" master bond0
		ip link set dev "$id" type bridge_slave isolated "$isolated"
	done
	ip address add "$address" dev bond0
	ip link set bond0 up
}

# The aggregate of Linux has so many ports. Usage: linux_ports COUNT
linux_ports() {
	grep -q "Number of ports: $1\$" /proc/net/bonding/bond0
}

# testpmd with DPDK's own bond of two NICs and a virtio-user port.
# Usage: testpmd_start MODE_NUMBER ID ID [ADDRESS/LENGTH]
testpmd_start() {
	local mode=$1 one two mac=MAC_$2
	one=$(nic_pci "$2") two=$(nic_pci "$3")
	modprobe -a tun vhost_net
	rm -f /run/testpmd.in
	mkfifo /run/testpmd.in
	setsid sleep 100000 >/run/testpmd.in </dev/null 2>&1 &
	echo $! >/run/testpmd.holder
	# Its output is block-buffered otherwise.
	setsid stdbuf -oL dpdk-testpmd -l 0,1 --vfio-intr=legacy --no-telemetry -m 200 -a "$one" -a "$two" \
		--vdev="net_bonding0,mode=$mode,slave=$one,slave=$two,xmit_policy=l34" \
		--vdev="virtio_user0,path=/dev/vhost-net,iface=bond0,mac=${!mac},queue_size=1024" \
		-- -i --total-num-mbufs=8192 --portlist=2,3 --auto-start --forward-mode=io \
		</run/testpmd.in >/lab/testpmd.log 2>&1 &
	echo $! >/run/testpmd.pid
	wait_for 60 grep -q 'testpmd>' /lab/testpmd.log
	wait_for 10 test -e /sys/class/net/bond0
}

testpmd_stop() {
	echo quit >/run/testpmd.in
	wait_for 20 not kill -0 "$(cat /run/testpmd.pid)"
	kill "$(cat /run/testpmd.holder)"
	rm -f /dev/hugepages/rtemap_*
}
