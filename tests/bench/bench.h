/* SPDX-License-Identifier: BSD-3-Clause */
/* bench.h - what the parts of the benchmark share: points, contestants and figures. */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <rte_ethdev.h>
#include <rte_mbuf.h>

#include "bond.h"
#include "dp.h"

#define BENCH_BURST   32    /* frames a call */
#define BENCH_MEMBERS 8     /* at most */
#define BENCH_HOT     256   /* frames whose headers stay in L1 and L2 */
#define BENCH_COLD    16384 /* frames whose headers stay in L3 */
#define BENCH_MAX_SET 65536
#define BENCH_SAMPLE  2048 /* frames: enough for the clock, short enough not to be interrupted */
#define BENCH_LONG    8192 /* where a frame costs so little that the clock's step would show */

/* What of a frame no implementation can do without. */
enum bench_touch {
	BENCH_NOTHING,
	BENCH_MBUF_READ,
	BENCH_MBUF_WRITTEN,
	BENCH_HEADER_READ,
	BENCH_HEADER_WRITTEN, /* after it was read */
};

/* A mode, in our words and in those of net_bonding. */
struct bench_mode {
	const char *name;
	enum bond_mode_number number;
	int theirs;       /* BONDING_MODE_* */
	bool hashes;      /* has policies */
	bool one_carries; /* only one member has traffic */
	bool copies;      /* every member gets every frame: reference counts are to be restored */
	bool igmp;        /* the host may send IGMP, which is to be found */
	bool rewrites;    /* compares the source address with the bond's, may rewrite it */
	bool all_receive; /* every member has a MAC address that frames come in for */
	bool bridged;     /* frames come from behind a bridge, from addresses of their own */
	enum bench_touch sent, received;
};

/* A hash policy, and the one of net_bonding that comes nearest. */
struct bench_policy {
	const char *name;
	enum bond_hash_policy hash;
	int theirs; /* BALANCE_XMIT_POLICY_* */
	const char *theirs_name;
	bool nic; /* the NIC's hash may stand for it */
};

enum bench_traffic { BENCH_IPV4, BENCH_IPV6, BENCH_VLAN, BENCH_MIX, BENCH_TRAFFICS };

/* How the frames of one sample follow those of the one before. */
enum bench_order {
	BENCH_FIXED,  /* in the same order: predictors of branches learn even large sets by heart */
	BENCH_BURSTS, /* bursts in a random order, the same frames in each */
	BENCH_RANDOM, /* frames in a random order */
	BENCH_ORDERS
};

enum bench_way {
	BENCH_TX,        /* bursts of the host to the members, while there are more behind them */
	BENCH_ALONE,     /* the same, each burst as if it was the only one */
	BENCH_RX,        /* a full burst from one member after the other */
	BENCH_RX_SPARSE, /* an nth of a burst from each of the n members */
	BENCH_PIPE,      /* from the members to the host and back, over rings */
	BENCH_WAYS
};

enum bench_who {
	BENCH_OURS,
	BENCH_THEIRS,
	BENCH_BARE,
	BENCH_FLOOR,
	BENCH_WHOLE, /* theirs, and what it leaves to its caller and we do */
	BENCH_CONTESTANTS
};

/* One point of the space that is measured. */
struct bench_point {
	const struct bench_mode *mode;
	const struct bench_policy *policy; /* NULL: the mode has none */
	uint8_t members;
	enum bench_traffic traffic;
	uint16_t size;  /* octets with FCS; 0: IMIX */
	uint32_t flows; /* frames of the set, each a flow of its own */
	uint8_t idle;   /* other bonds in the view */
	bool nic_hash;
	bool rings; /* members of net_ring, else stubs */
	enum bench_order order;
};

/* Cycles a frame. */
struct bench_figure {
	double ours, theirs; /* medians */
	double bare;         /* likewise, of the members alone */
	double floor;        /* and of the least that anybody could do; 0: not known */
	double whole;        /* and of theirs with what it leaves to its caller; 0: nothing */
	double ratio;        /* of the medians, ours to theirs */
	double paired;       /* median of the ratios of samples taken one after the other */
	double spread;       /* of ours: 90th to 10th percentile, relative to the median */
	unsigned int samples;
};

struct bench_result {
	struct bench_point point;
	enum bench_way way;
	struct bench_figure figure;
};

/* A bond of net_bonding over the same members. */
struct bench_theirs {
	int bond;                       /* port of the bond, -1: none */
	int peer;                       /* 802.3ad: the bond at the other end, else -1 */
	uint16_t member[BENCH_MEMBERS]; /* ports, those of ours too */
	uint16_t far[BENCH_MEMBERS];    /* the other ends of their cables */
	const struct bench_mode *mode;
	uint8_t n;
	unsigned int number; /* of bonds so far */
};

/* Our engine, its ports, and the view that is measured. */
struct bench_ours {
	struct dp dp;
	struct dp_port *member[BENCH_MEMBERS];
	struct dp_port *host;
	const struct dp_bond_view *bond; /* in the published view */
	uint32_t index;                  /* of bond in that view */
	struct dp_load *load;
};

/* The frames of a point, the same ones for all contestants. */
struct bench_frames {
	struct rte_mempool *pool;
	struct rte_mbuf *all[BENCH_MAX_SET]; /* as made */
	struct rte_mbuf *warm[BENCH_HOT];    /* others, to warm code and predictors */
	struct rte_mbuf *list[BENCH_LONG];  /* of a sample: a part of all, or all again and again */
	struct rte_mbuf *burst[BENCH_LONG]; /* what a pass is given; it may be written to */
	uint32_t n, n_list, at;             /* at: where the next part begins */
	enum bench_traffic traffic;
	uint16_t size;
	bool fixed_source;
	struct rte_ether_addr source; /* of all frames, if fixed_source */
	bool nic_hash;
};

#define BENCH_VERDICTS 20

/* Whether a limit is kept. */
struct bench_verdict {
	const char *text;
	double limit, worst;
	unsigned int points, beyond;
	char where[128]; /* the worst was */
};

struct bench {
	struct bench_ours ours;
	struct bench_theirs theirs;
	struct bench_frames frames;
	unsigned int samples; /* 0: by the size of the set */
	bool hugepages;
	struct rte_ether_addr mac; /* of the bond, for modes that rewrite */
	struct bench_result *result;
	unsigned int n_results;
	struct bench_verdict verdict[BENCH_VERDICTS];
	unsigned int n_verdicts;
};

/* One contestant sends or receives n frames in bursts. */
typedef void (*bench_pass_fn)(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt,
			      uint32_t n);

extern const struct bench_mode bench_modes[];
extern const unsigned int bench_n_modes;
extern const struct bench_policy bench_policies[];
extern const unsigned int bench_n_policies;

/** @return "ipv4" and so on */
const char *bench_traffic_name(enum bench_traffic traffic);

/** @return "fixed", "bursts", "random" */
const char *bench_order_name(enum bench_order order);

/** @return "tx", "alone", "rx", "sparse", "pipeline" */
const char *bench_way_name(enum bench_way way);

/** End the program with a sentence. */
__rte_noreturn void bench_die(const char *format, ...) __rte_format_printf(1, 2);

/* ours.c */
void bench_ours_open(struct bench_ours *o, unsigned int n_mbufs);
void bench_ours_close(struct bench_ours *o);

/** Make and publish the view of a point, see bench_view(). */
void bench_ours_view(struct bench_ours *o, const struct bench_point *p,
		     const struct rte_ether_addr *mac);

/** Publish the view of a point that was made before. */
void
bench_ours_publish(struct bench_ours *o, const struct bench_point *p, const struct bond_view *v);

/* theirs.c */
void bench_theirs_open(struct bench_theirs *t, const struct bench_ours *o);

/** Make the bond of a point, unless it is there already, and wait until all members carry. */
void
bench_theirs_bond(struct bench_theirs *t, const struct bench_point *p, struct rte_mempool *pool);

/** Remove the bond. */
void bench_theirs_unbond(struct bench_theirs *t);

/** Let LACP speak, outside of what is measured. */
void bench_theirs_keep_alive(struct bench_theirs *t);

/** @return the MAC address that bond and members have; NULL: any will do */
static inline const struct rte_ether_addr *
bench_mac(const struct bench *b, const struct bench_point *p)
{
	return p->mode->rewrites ? &b->mac : NULL;
}

/** @return the MAC address that frames of a point have, as a host sends them; NULL: any will do */
static inline const struct rte_ether_addr *
bench_source(const struct bench *b, const struct bench_point *p)
{
	return p->mode->bridged ? NULL : bench_mac(b, p);
}

/* frames.c */

/**
 * Make the frames of a point, unless they are there already.
 * @param source NULL: random; else also the destination where all members receive
 */
void bench_frames_make(struct bench_frames *f, const struct bench_point *p,
		       const struct rte_ether_addr *source);

/**
 * Set list[] for the next sample of a point: as many samples as the set has parts go by until a
 * frame comes again. Where references are counted no frame is in it twice: the first reference more
 * is cheaper than those that follow.
 */
void bench_frames_next(struct bench_frames *f, const struct bench_point *p);

void bench_frames_free(struct bench_frames *f);

/* A deterministic number. */
uint32_t bench_random(void);

/* wire.c */

/** Lay a cable between two ports. @param i number of the cable, below BENCH_MEMBERS */
void bench_wire(unsigned int i, uint16_t near, uint16_t far);

/* stub.c */

/** Members that cost nothing: sending takes everything, receiving hands out bench_source. */
void bench_stub(uint16_t port);

/** As bench_stub(), but nothing comes in. */
void bench_stub_silent(uint16_t port);

/** As bench_stub(), and sent frames count, to see that all have left. */
void bench_stub_counting(uint16_t port);

/** @return frames counted since the last call */
uint64_t bench_stub_counted(void);

/** What receiving from a stub hands out: n frames over and over. @param limit frames a call */
void bench_stub_source(struct rte_mbuf **pkt, uint32_t n, uint16_t limit);

/* rings.c */

/** Make the ports of net_ring whose bursts rings lend to members and host. */
void bench_rings_open(struct rte_mempool *pool);

/** The port i, BENCH_MEMBERS for the host, sends to and receives from its own rings. */
void bench_rings_attach(unsigned int i, uint16_t port);

/** Put frames where port i receives them. */
void bench_rings_fill(unsigned int i, struct rte_mbuf **pkt, uint32_t n);

/** Take all frames away; nothing is freed. @return how many had been sent */
uint64_t bench_rings_drain(void);

/* view.c */

/**
 * The view of a bond in this mode, over members in slots 0 to n - 1 that all can send.
 * @param mac what bond and members have where that matters; NULL: as the core made it. That of all is
 *        the same, so that a frame that was rewritten is as before
 */
void bench_view(struct bond_view *v, const struct bench_point *p, const struct rte_ether_addr *mac);

/* passes.c */

/** @return what a contestant does on that way; NULL: nobody can say */
bench_pass_fn bench_pass(enum bench_way way, enum bench_who who);

/** @return members that have traffic */
static inline uint8_t
bench_carriers(const struct bench_point *p)
{
	return p->mode->one_carries ? 1 : p->members;
}

/** @return does every member receive? In balance-tlb only the current one does */
static inline bool
bench_receives(const struct bench_point *p)
{
	return !p->mode->bridged && (!p->mode->rewrites || p->mode->all_receive);
}

/* floor.c: the same bursts, and of each frame only what cannot be left out */
void
bench_floor_tx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n);
void
bench_floor_rx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n);

/* whole.c: receive by net_bonding, and on to the host as we do */
void
bench_whole_rx(struct bench *b, const struct bench_point *p, struct rte_mbuf **pkt, uint32_t n);

/* measure.c */

/** Measure one way of a point whose bonds, view and frames are ready. */
struct bench_figure bench_measure(struct bench *b, const struct bench_point *p, enum bench_way way);

/**
 * Measure ours in two views, in turns, so that a busy machine is one for both.
 * @param q a point with the same frames as p
 * @return cost of p / cost of q
 */
double bench_measure_views(struct bench *b, const struct bench_point *p,
			   const struct bench_point *q, enum bench_way way);

/** Does every frame leave as often as it should? Dies if not. */
void bench_verify(struct bench *b, const struct bench_point *p);

/* report.c */

/** The machine and the words of the table. */
void bench_report_head(const struct bench *b);

/** What is measured now, and the heads of the columns. */
void bench_report_columns(const char *sweep, unsigned int points);

void bench_report_row(const struct bench_result *r);

/** Processor, as the kernel calls it. @return buf */
const char *bench_processor(char *buf, size_t size);

/* json.c */

/** Write all results. Dies where the file cannot be written. */
void bench_json(const struct bench *b, const char *path);

/* check.c */

/**
 * Compare the results with the limits and print a line for each limit.
 * @param again measures a result anew, for those near a limit, since machines are noisy
 * @return limits that are exceeded
 */
unsigned int bench_check(struct bench *b, void (*again)(struct bench *b, struct bench_result *r));

#endif
