/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_port.h - an Ethernet device of DPDK as a port of ours: bring-up, filters, link, and its end. */
#ifndef DP_PORT_H
#define DP_PORT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_ethdev.h>
#include <rte_spinlock.h>

#include "dp_stats.h"
#include "dp_wake.h"

#define DP_MAX_QUEUES  16
#define DP_MAX_WORKERS 64

struct dp;
struct dp_wait;

/* One sentence for a person: what was refused, of which object, and why. */
struct dp_err {
	char msg[256];
};

/* What a driver may refuse; a refusal is noted once and shown in status. */
enum dp_port_refusal {
	DP_REFUSED_MAC = 1 << 0,
	DP_REFUSED_MTU = 1 << 1,
	DP_REFUSED_PROMISC = 1 << 2,
	DP_REFUSED_ALLMULTI = 1 << 3,
	DP_REFUSED_MC_LIST = 1 << 4,
	DP_REFUSED_LSC = 1 << 5,     /* link changes are polled */
	DP_REFUSED_RX_CSUM = 1 << 6, /* the rest only where it was wanted */
	DP_REFUSED_LRO = 1 << 7,
	DP_REFUSED_TX_CSUM = 1 << 8,  /* done in software */
	DP_REFUSED_TSO = 1 << 9,      /* done in software */
	DP_REFUSED_RSS = 1 << 10,     /* all is received on its first queue */
	DP_REFUSED_RSS_KEY = 1 << 11, /* the two directions of a conversation on different queues */
	DP_REFUSED_OFFLOADS = 1 << 12, /* it offers them, but does not start with them */
	DP_REFUSED_QUEUES = 1 << 13,   /* fewer queues than workers: shared */
	DP_REFUSED_VLANS = 1 << 14, /* its filter cannot be opened for all: promiscuous instead */
};

#define DP_PORT_UNICAST 18 /* addresses that a port can be told to hear beside its own */

struct dp_port_conf {
	const char *label;   /* how messages call it, e.g. "eth1" */
	const char *devargs; /* what EAL probes: "net_tap0,iface=bond0" or "0000:03:00.0" */
	uint16_t queues;     /* wanted receive and transmit queues; fewer are fine */
	uint16_t mtu;        /* octets, as of an IP interface */
	bool set_mtu;        /* false: the MTU is set by other means (kernel netdev) */
	bool finishes;       /* frames may ask for what it does not offer */
	bool host;           /* the kernel spreads over its queues, and is told what frames miss */
	uint64_t rx_offloads, tx_offloads; /* wanted; what the driver does not offer is noted */
};

/* A port. Control thread: rw while no published view names it, then ro; workers: ro. */
struct rte_eth_fp_ops;

struct dp_port {
	uint16_t id;    /* of DPDK */
	uint16_t n_rxq; /* polled by worker w: queues w, w + n_workers, w + 2 n_workers ... */
	uint16_t n_txq; /* worker w sends on queue w % n_txq */
	bool tx_shared; /* fewer transmit queues than workers: tx_lock[] is taken */
	bool tx_care;   /* tx_shared or finishes: not the straight way out */
	bool finishes;  /* frames may ask for what it does not offer; to be set before it is seen */
	bool rx_asks;   /* frames of a host may come unfinished: partial checksums, large packets */
	bool takes_partial;                /* of a host: checksums need not be complete */
	bool host;                         /* as wanted */
	bool rss;                          /* its hardware spreads over the receive queues */
	uint64_t rx_offloads, tx_offloads; /* in force, of RTE_ETH_RX_OFFLOAD_ and _TX_ */
	struct dp_counters *counters;      /* [n_workers], each written by its worker */
	const struct rte_eth_fp_ops *ops; /* its place in the table of bursts, which drivers fill */
	struct dp_wait
		*wait; /* [n_wait], one a worker and one of control frames: what it refused */
	unsigned int n_wait;
	bool attached;    /* made by us with rte_dev_probe(): removed at close */
	bool lsc;         /* the driver reports link changes by interrupt */
	bool finish_csum; /* frames may come with partial checksums that no one will finish */
	uint32_t refused; /* set of enum dp_port_refusal. control: rw */
	bool configured;  /* all but the start went well */
	bool waits;       /* it cannot be started before its far end is there. control: rw */
	bool mtu_waits; /* for dp_port_reset(): its driver takes this MTU at a start only. likewise */
	uint32_t room;            /* octets of a buffer for what it receives */
	atomic_bool reset_wanted; /* its driver asks for dp_port_reset(). any thread: set */
	atomic_bool gone; /* its driver says that the device was pulled out. any thread: set */
	uint16_t queues;  /* as wanted, see struct dp_port_conf */
	uint16_t mtu;     /* as it was started with or told since, or is to be started with */
	bool set_mtu;     /* likewise */
	uint64_t want_rx, want_tx; /* likewise */
	char label[32];
	char driver[32];
	uint16_t max_mtu;    /* octets */
	uint16_t vlans_left; /* its filter is still to be opened for so many */
	bool promisc;        /* wanted, also where it is so for another reason or cannot be */
	uint32_t n_unicast;  /* of dp_port_set_unicast() */
	struct rte_ether_addr unicast[DP_PORT_UNICAST];
	unsigned int n_wake;           /* 0: nothing to wait on */
	int wake_fd[DP_WAKE_PORT_FDS]; /* readable when frames came */
	struct rte_ring *up;   /* workers -> control thread: punted frames; one a port, so that a
				* flood on one of them starves no other */
	struct rte_ring *down; /* control thread -> worker 0: frames to send */
	rte_spinlock_t tx_lock[DP_MAX_QUEUES]; /* only with tx_shared */
};

/**
 * Probe, configure and start a device. Control thread.
 * @param dp the engine whose workers will own its queues
 * @param conf read during the call only
 * @param port where to write it; the caller owns it until dp_port_close()
 * @param err a sentence when the result is not 0
 * A memif client whose server is not there yet is opened, but waits: dp_port_reset() starts it.
 * @return 0, -ENODEV: no such device, -EBUSY: another port has it, -ENOMEM, -EINVAL: too large an
 * MTU, or the driver's error
 */
int dp_port_open(struct dp *dp, const struct dp_port_conf *conf, struct dp_port **port,
		 struct dp_err *err);

/**
 * Stop, close and remove a device and free the port. Control thread, only when no worker can hold
 * a view that names it. A fn of dp_defer().
 * @param port a struct dp_port, NULL is fine
 */
void dp_port_close(void *port);

/**
 * Reset a device and start it again, as its driver asked for (reset_wanted), or only start it again for
 * its MTU (mtu_waits); both are cleared. Addresses and filters that were set since dp_port_open() have
 * to be set anew. Control thread, only when no worker can hold a view that names the port.
 * @return 0 or the driver's error, with a sentence; then it does not run, and may be tried again
 */
int dp_port_reset(struct dp *dp, struct dp_port *port, struct dp_err *err);

/** Set the MAC address. Control thread. @return 0, -ENOTSUP when the driver cannot (noted) */
int dp_port_set_mac(struct dp_port *port, const uint8_t mac[6]);

/** @param mac where to write the present MAC address. @return 0 or the driver's error */
int dp_port_get_mac(const struct dp_port *port, uint8_t mac[6]);

/**
 * Set the MTU in octets. Control thread. Many drivers take another one, or one that needs several
 * buffers a frame, only while they are stopped: then mtu_waits is set, and it is so after
 * dp_port_reset().
 * @return 0, -ENOTSUP (noted), -EINVAL: out of range
 */
int dp_port_set_mtu(struct dp_port *port, uint16_t mtu);

/**
 * Let every VLAN in where the device would keep them out otherwise. All pass when this returns, for
 * now by promiscuous mode, which is as wanted when dp_port_vlans_left() says 0. After each start;
 * control thread.
 * @return 0 or the driver's error
 */
int dp_port_let_vlans(struct dp_port *port);

/** @return how many calls of dp_port_let_vlan() are still to be made */
unsigned int dp_port_vlans_left(const struct dp_port *port);

/** Let one more in: a command to the device, 0.1 to 0.5 ms. Control thread. */
void dp_port_let_vlan(struct dp_port *port);

/** Promiscuous mode on or off. Control thread. @return 0, -ENOTSUP (noted) */
int dp_port_set_promisc(struct dp_port *port, bool on);

/**
 * Receive these multicast groups; falls back to all multicast, then to promiscuous.
 * Control thread.
 * @param mac n addresses
 * @param allmulti receive every group whatever the list
 * @return 0, -ENOTSUP: the driver filters nothing we can change (noted)
 */
int dp_port_set_multicast(struct dp_port *port, const struct rte_ether_addr *mac, uint32_t n,
			  bool allmulti);

/**
 * Receive these unicast addresses beside the port's own, and no others that were given so before;
 * those that stay are heard all the time.
 * Control thread.
 * @param mac n addresses
 * @return 0; -ENOTSUP: promiscuous mode has to make up for it
 */
int dp_port_set_unicast(struct dp_port *port, const struct rte_ether_addr *mac, uint32_t n);

/** Read the link without waiting. @param speed_mbps 0 when unknown @return whether it is up */
bool dp_port_link(const struct dp_port *port, uint32_t *speed_mbps, bool *full_duplex);

/** Sum the counters of all workers of a port; octets are the driver's. Control thread. */
void dp_port_counters(const struct dp *dp, const struct dp_port *port, struct dp_counters *sum);

/** Names of what the driver does for us, e.g. "tx_csum, tso, rss"; "" for nothing. @return buf */
const char *dp_port_offloads(const struct dp_port *port, char *buf, size_t size);

/** Names of the refusals in port->refused, e.g. "mac, mtu"; "" for none. @return buf */
const char *dp_port_refusals(const struct dp_port *port, char *buf, size_t size);

#endif
