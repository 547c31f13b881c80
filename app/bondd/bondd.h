/* SPDX-License-Identifier: BSD-3-Clause */
/* bondd.h - the running daemon: configuration, engine, bonds, members; all of the control thread. */
#ifndef BONDD_H
#define BONDD_H

#include <stdbool.h>
#include <stdint.h>

#include "bond.h"
#include "conf.h"
#include "dp.h"
#include "event_gate.h"
#include "eventlog.h"
#include "growth.h"
#include "host_keep.h"
#include "identity.h"
#include "kernel_net.h"
#include "loop.h"

#define HOST_MAX_GROUPS  256 /* more become "all multicast" */
#define HOST_MAX_UNICAST 16  /* addresses beside its own; more become "promiscuous" */

struct api;
struct bondd_absent;
struct bondd_departure;
struct kernel;
struct netdev;
struct pci;
struct pci_device;

/* What becomes of a port whose driver asks for a reset, see reset.h. */
enum bondd_reset {
	BONDD_RESET_NONE,
	BONDD_RESET_HIDE,   /* the next view is without it */
	BONDD_RESET_GRACE,  /* that view is published */
	BONDD_RESET_FAILED, /* to be tried again */
};

struct bondd_bond;

#define MEMBER_MAX_EXTRA 2 /* unicast addresses that a member may have to hear beside its own */

/* What monitors and the host want a member to hear, beside groups. */
struct bondd_extra {
	bool all;               /* whatever unicast: balance-alb stands in for a member */
	bool bfd;               /* the group of micro-BFD */
	bool promisc, allmulti; /* of a member that receives for the host, which wants it */
	bool unicast;           /* likewise: the other addresses of the host */
	unsigned int n;
	uint8_t mac[MEMBER_MAX_EXTRA][6];
};

/* A member at run time: the core knows its state (bond.member[slot]), this knows its port. */
struct bondd_member {
	bool used;
	struct bondd_bond *bond;        /* that it joined; NULL before */
	const struct conf_member *conf; /* a copy of its own */
	struct dp_port *port;
	enum bondd_reset reset;
	uint64_t reset_at;      /* when to try again */
	struct netdev *netdev;  /* kind netdev: the kernel interface we hold; else NULL */
	struct pci_device *pci; /* kind pci: the NIC we hold; else NULL */
	bool gone;              /* its device was pulled out */
	char port_name
		[CONF_PORT_SIZE]; /* "ens4", "0000:03:00.0" or "net_memif1,role=client": as configured */
	char driver[72]; /* "net_af_xdp (veth)" style: DPDK's driver, kernel driver if any */
	uint8_t perm_mac[6];
	uint8_t mac[6];             /* what it has now */
	struct bondd_extra extra;   /* as it was last told */
	struct bond_link_fact fact; /* as last seen */
	uint64_t link_poll_at;      /* deadline of the next look at its link */
	uint64_t speed_at;          /* deadline of the next look at its speed */
	struct growth punt;         /* of frames for the control thread that were dropped */
	struct growth buffers;      /* that its receive queues did not find */
	uint64_t mac_at;            /* when to try again to set its MAC; 0: it did not fail */
};

/* The interface that the kernel sees. */
struct bondd_host {
	enum conf_host_type type; /* as chosen, never CONF_HOST_AUTO once open */
	struct dp_port *port;
	struct host_keep keep;
	char ifname[BOND_NAME_SIZE]; /* present name: follows renames */
	int ifindex;                 /* 0: no kernel interface (host.type = vdev) */
	bool admin_up;
	bool carrier;        /* as we last told the kernel */
	uint32_t speed_mbps; /* as we last told the kernel */
	uint32_t mtu;
	uint8_t mac[6];         /* what it has now */
	bool mac_is_news;       /* somebody chose it: peers are to be told */
	uint64_t mac_at;        /* when to try again to set it; 0: it did not fail */
	bool promisc, allmulti; /* what the kernel wants to hear through us */
	unsigned int n_groups;
	uint8_t group[HOST_MAX_GROUPS][6]; /* multicast addresses it listens to */
	unsigned int n_unicast;
	uint8_t unicast[HOST_MAX_UNICAST][6]; /* that it has beside its own */
	bool unicast_all;                     /* more than there is room for */
	uint64_t sync_at;                     /* deadline of the next comparison with the kernel */
	bool merge;            /* segments are merged for the kernel, see host_forward.h */
	uint64_t forward_at;   /* deadline of the next look at whether it forwards */
	struct growth buffers; /* that its receive queues did not find */
	struct kernel
		*kernel; /* netlink of the namespace that it is in: the daemon's, or its own */
	int netns;       /* that namespace, if it is not the daemon's; else 0 */
	int tun_fd;      /* by which its driver holds it; 0: not known */
	bool lost;       /* it is not where it was, see host_ns.h */
	struct loop_source source; /* events of the namespace that it is in */
};

/* A round of announcements that is under way. */
struct bondd_round {
	bool running;
	uint8_t slot;      /* of the member that sends it */
	uint32_t others;   /* members that send it then */
	unsigned int next; /* frame */
	const char *what;
};

struct bondd_bond {
	struct bondd *daemon;
	const struct conf_bond *conf; /* without changes made since, see effective.h */
	struct conf_bond settings;    /* what conf points to, for those who may change it */
	struct bond core;
	struct identity identity; /* as LACP knows it and its members, past ones too */
	struct bond_view view;    /* as last published */
	struct bondd_host host;
	struct kernel_net net; /* what is stacked on the host interface, as last read */
	uint64_t net_at;       /* deadline of the next reading, while targets are probed */
	uint64_t punt_at;      /* deadline of the next look at what was dropped, see punt_alarm.h */
	struct bondd_round notify, rejoin;
	struct dp_load *load;        /* balance-tlb, balance-alb: octets by worker; else NULL */
	struct bond_client *clients; /* balance-alb: room for the core's; else NULL */
	struct bondd_member member[BOND_MAX_MEMBERS]; /* by slot */
};

struct bondd {
	const struct conf *conf;
	const char *config_file;
	const char *socket_path;
	struct loop loop;
	struct dp dp;
	struct kernel *kernel; /* netlink: links and addresses of this network namespace */
	struct api *api;
	struct pci *pci;        /* the NICs that were taken from the kernel */
	struct event_gate gate; /* of events of the core, before events and the log */
	struct eventlog events;
	int link_event_fd;     /* eventfd: a link interrupt came */
	uint64_t started_at;   /* loop_now() */
	uint64_t now;          /* of this turn */
	bool stop;             /* leave the loop */
	int exit_status;       /* of the process once stopped */
	uint64_t buffers_at;   /* deadline of the next look at buffers, see buffer_alarm.h */
	uint64_t buffers_low;  /* looks that found few free ones */
	struct growth buffers; /* of these looks */
	uint32_t n_bonds;
	struct bondd_bond **bond;     /* [n_bonds] */
	struct bondd_absent *absent;  /* of absent.c: members that wait for their device */
	struct bondd_burial *burials; /* of bury.c: ports of such devices */
	bool haunted;     /* at the end, some of these are not closed: the engine must stay */
	uint64_t plug_at; /* deadline of the next look whether devices are there */
	struct bondd_departure *departures; /* of bondd_member.c: members on their way out */
};

/** @return the bond of that name, NULL if there is none */
struct bondd_bond *bondd_find(const struct bondd *d, const char *name);

/**
 * Remember and log a change that the daemon itself made or saw (those of the core come by its
 * hook). @param member NULL: concerns the bond
 */
void bondd_event(struct bondd_bond *b, const char *member, const char *kind, const char *from,
		 const char *to, const char *reason);

#endif
