/* SPDX-License-Identifier: BSD-3-Clause */
/* dp.h - the data path: workers that read one published view and move packets. Decides nothing. */
#ifndef DP_H
#define DP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <rte_ring.h>

#include "bond_view.h"
#include "dp_port.h"
#include "dp_publish.h"
#include "dp_wake.h"

#define DP_BURST     64  /* frames of one receive */
#define DP_LOT       256 /* of the host that are spread at once: bursts that follow each other */
#define DP_MAX_BONDS 32

struct dp_arrivals;
struct dp_load;
struct dp_worker;

/*
 * What 8 octets of a frame become, from its source address on: octets & keep[row] | put[row]. Rows are
 * the slots, and behind them as many again of frames that are not balanced and stay as they are.
 */
struct dp_sources {
	uint64_t keep[2 * BOND_MAX_MEMBERS], put[2 * BOND_MAX_MEMBERS];
	uint64_t ipv4[BOND_BUCKETS]; /* by bucket: the same for IPv4 without a tag */
};

/* The first octets of a frame, and which of their bits count. */
struct dp_head {
	uint8_t octets[16], count[16];
};

/* A member that is received from. */
struct dp_in {
	struct dp_port *port;
	uint8_t slot;
	bool unusual; /* the host does not get its frames, or not as they are */
};

/* A bond as a worker sees it. */
struct dp_bond_view {
	struct bond_view bond;
	/* What dp_view_publish() makes of the rest: the functions for this spread on this CPU. */
	void (*spread)(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
		       uint16_t n);
	void (*by_hash)(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			uint16_t n);
	void (*scatter)(struct dp_worker *w, const struct dp_bond_view *b, struct rte_mbuf **pkt,
			uint16_t n, const uint8_t *slot);
	void (*take_turns)(struct dp_worker *w, const struct dp_bond_view *b, uint32_t member,
			   struct rte_mbuf **pkt, uint16_t n);
	uint16_t (*balance)(struct dp_worker *w, const struct dp_bond_view *b,
			    struct rte_mbuf **pkt, uint16_t n, uint16_t behind,
			    uint8_t *slot); /* where the mode balances */
	uint16_t (*deliver)(struct dp_worker *w, const struct dp_bond_view *b, uint8_t slot,
			    struct rte_mbuf **pkt, uint16_t n); /* NULL: by bond.rx alone */
	bool (*usual)(const struct dp_bond_view *b,
		      const struct dp_arrivals *in); /* NULL: look at frames one by one */
	uint64_t (*find_rare)(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, uint16_t n,
			      bool fetch);
	bool (*may_be_igmp)(struct rte_mbuf *const *pkt, uint16_t n); /* NULL: ask each frame */
	uint32_t index;                                               /* of the bond in the view */
	struct dp_in in[BOND_MAX_MEMBERS];                            /* all members */
	uint8_t n_in;
	bool reads;                            /* headers of what comes in are looked at */
	bool fetches;                          /* find_rare() fetches what it looks at later */
	struct dp_port *out[BOND_MAX_MEMBERS]; /* the ports of bond.active[] */
	bool careful;                          /* some of them want frames to be sent with care */
	bool few;                              /* slots 0 to DP_FEW - 1 only are in bond.active[] */
	struct dp_port *only; /* the one member that sends, and straight; or NULL */
	uint8_t pair[BOND_MAX_MEMBERS / 2]
		    [64] __rte_cache_aligned; /* two of active[], 32 times each */
	uint8_t turns
		[DP_LOT] __rte_cache_aligned; /* numbers of frames, those of one member behind each other */
	struct dp_port *host;                 /* NULL: no host port */
	bool host_up;                         /* administratively up */
	bool merge; /* segments become large packets before they enter the kernel */
	/* By dp_view_publish(): */
	bool host_csum; /* the host takes partial checksums, and frames may come with them */
	struct dp_port *port[BOND_MAX_MEMBERS]; /* by slot; NULL where unused */
	uint64_t common; /* balanced frames: source and type of most, as they lie in memory */
	struct dp_sources source;
	struct dp_head expected[BOND_MAX_MEMBERS]; /* alb: by slot, what most frames begin with */
	struct dp_load *load;                      /* by worker; NULL: nobody asks for it */
};

/* Everything that workers know. Immutable once published; one for the process. */
struct dp_view {
	uint64_t generation; /* from 1; differs from that of every other view */
	uint32_t n_bonds;
	struct dp_bond_view bond[];
};

/* What a worker owns. */
struct dp_worker {
	struct dp *dp;      /* control: rw before launch */
	unsigned int index; /* 0 to n_workers - 1; also its QSBR thread id */
	unsigned int lcore;
	bool sleeps;          /* may give the core away when idle */
	bool waits;           /* worker: rw; frames wait for room at some port, see dp_wait.h */
	uint32_t waiting;     /* worker: rw, control: ro; buffers of those frames */
	uint64_t turns;       /* worker: rw, control: ro */
	uint64_t busy_cycles; /* worker: rw, control: ro; TSC cycles of turns that moved frames */
	uint64_t all_cycles;  /* worker: rw, control: ro */
	struct dp_wake_set *wake;      /* worker: rw; NULL unless it sleeps */
	uint64_t rng;                  /* worker: rw; state of the random spread */
	uint32_t cursor[DP_MAX_BONDS]; /* worker: rw; round-robin position, by bond index */
	uint32_t mixed; /* worker: rw; bit i: bond i's host last sent unlike most hosts */
} __rte_cache_aligned;

/* The engine. One a process. Control: rw; workers: ro but for the rings and the view pointer. */
struct dp {
	unsigned int n_workers;
	struct dp_worker *worker; /* [n_workers] */
	struct rte_mempool *pool; /* every frame of ours comes from here */
	struct rte_rcu_qsbr *qsbr;
	struct dp_limbo limbo;                /* control thread only */
	_Atomic(const struct dp_view *) view; /* control: exchange; workers: load once a turn */
	uint64_t generation;                  /* of the last view; control thread only */
	uint64_t wait_max;     /* TSC cycles that a port may take nothing of what waits for room */
	uint32_t wait_limit;   /* buffers of a worker that may wait for room */
	int wake_fd;           /* eventfd that ends a worker's sleep; -1: none sleeps */
	int punt_fd;           /* eventfd: frames of the host were punted, see dp_punt_seen() */
	atomic_bool punt_told; /* worker: set with punt_fd, control: cleared */
	atomic_bool stop;
};

struct dp_conf {
	unsigned int n_workers;
	const unsigned int *lcore; /* [n_workers] worker lcores of EAL */
	bool sleep;                /* workers may sleep when idle */
	unsigned int n_mbufs;      /* size of the packet pool */
};

/**
 * Make the engine; EAL must be initialised. Control thread.
 * @return 0, -ENOMEM with a sentence
 */
int dp_init(struct dp *dp, const struct dp_conf *conf, struct dp_err *err);

/** Launch the workers on their lcores; they begin with an empty view. @return 0 or -errno */
int dp_start(struct dp *dp);

/** Stop and join the workers; then everything deferred runs. Control thread. */
void dp_stop(struct dp *dp);

/** Free what dp_init() made. Control thread, after dp_stop() and after all ports are closed. */
void dp_fini(struct dp *dp);

/* Packet buffers of all ports. */
struct dp_buffers {
	unsigned int size;    /* in all */
	unsigned int free;    /* neither with a driver nor with a frame that is under way */
	unsigned int waiting; /* hold frames for which there was no room at once */
};

/** Count the packet buffers. Control thread. */
void dp_buffers(const struct dp *dp, struct dp_buffers *b);

/** @return a zeroed view with room for n_bonds, to be filled and published; NULL: no memory */
struct dp_view *dp_view_alloc(uint32_t n_bonds);

/**
 * Choose the functions of the hot path for every bond of a view. Called by dp_view_publish();
 * otherwise only for views that are never published.
 */
void dp_view_prepare(struct dp_view *view);

/**
 * Make next the view of all workers, retire the old one after the grace period. Control thread.
 * @return 0, -EAGAIN: a stuck worker holds too much, try again next turn (next stays the caller's)
 */
int dp_view_publish(struct dp *dp, struct dp_view *next);

/**
 * Send a frame on a port, ahead of data. Control thread.
 * @param frame octets from the destination address on, without FCS; copied
 * @param len 14 to 1518
 * @return 0, -ENOBUFS: no buffer or the ring is full
 */
int dp_ctrl_send(struct dp *dp, struct dp_port *port, const void *frame, uint16_t len);

/**
 * Make a punted frame fit to be read and written: in one piece, nobody else's, its tag inside.
 * Control thread.
 * @param m taken over
 * @return it or a copy; NULL: no buffer, or too long for one
 */
struct rte_mbuf *dp_ctrl_whole(struct dp *dp, struct rte_mbuf *m);

/** Send a punted frame on a port, ahead of data. Control thread. @param m taken over, also if refused
 *  @return 0, -ENOBUFS: the ring is full */
int dp_ctrl_forward(struct dp *dp, struct dp_port *port, struct rte_mbuf *m);

/** @return have the workers sent, or given up, every frame of dp_ctrl_send()? Control thread. */
bool dp_ctrl_sent(const struct dp_port *port);

/**
 * Take one frame that was punted on a port. Control thread; the caller frees the mbuf.
 * @return NULL when there is none
 */
struct rte_mbuf *dp_ctrl_receive(struct dp_port *port);

/** dp.punt_fd became readable: from now on it is written again. Then receive what was punted. */
void dp_punt_seen(struct dp *dp);

/** One turn of a worker over a view. Public for tests; otherwise only the worker calls it.
 *  @return frames received */
unsigned int dp_worker_turn(struct dp_worker *w, const struct dp_view *view);

#endif
