/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp.h - link aggregation control (IEEE 802.1AX clause 6) as a pure library: the manual. */
#ifndef LACP_H
#define LACP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What it is
 *   The Receive, Periodic, Selection, Mux, Transmit, Churn and Marker machines of one aggregating
 *   system whose ports belong to one bond: every partner gets its own aggregator, and one of them
 *   at a time, the active one, carries data. Ports outside it advertise SYNC=0 and carry nothing.
 *   Sends LACPDU version 1, accepts every version. Behaves as 802.1AX-2014 Cor 1.
 *
 * What it is not
 *   It reads no clock, does no I/O, writes no log and allocates nothing. "now" is an argument:
 *   nanoseconds of one monotonic clock. Results are pulled with getters or arrive through hooks.
 *   One thread owns a struct lacp_system; nothing here locks.
 *
 * How to use it
 *      struct lacp_system s;                        // never copied or moved after init
 *      struct lacp_config c = lacp_config_default();
 *      struct lacp_port_config pc = lacp_port_config_default();
 *
 *      memcpy(c.sys, bond_mac, 6);
 *      lacp_system_init(&s, &c, &hooks, now);
 *      pc.number = 1;                               // 1..65535, stable over restarts
 *      memcpy(pc.mac, port_mac, 6);                 // source address of its frames
 *      lacp_port_add(&s, slot, &pc, now);           // then lacp_port(&s, slot)
 *
 *      for (;;) {
 *              wait for an event, at most until lacp_deadline(&s);
 *              link changed:  lacp_port_link(p, up, speed_mbps, duplex, now);
 *              frames came:   lacp_input(p, frame, length, now);    // all that are queued ...
 *              lacp_tick(&s, now);                                   // ... before the timers
 *              for each port: while ((n = lacp_output(p, buf, now)) > 0) send(p, buf, n);
 *      }
 *
 *   Every function that takes "now" runs all machines to rest before it returns. Timers fire in
 *   lacp_tick() alone, so that frames which waited behind a stall are seen before the timers.
 *
 * The data path
 *   lacp_port_collecting() and lacp_port_distributing() say what the caller must let through.
 *   The hook "path" asks for a change. Where it cannot be complete on return (workers have to pass
 *   a grace period) the hook returns false and the caller calls lacp_path_done() afterwards. The
 *   machines wait for it: receive is open before COL=1 is told, transmit is closed before DIST=0
 *   is told. Without the hook every change counts as done at once.
 *
 * Leaving
 *   lacp_port_leave() makes a port tell its partner (SYNC, COL, DIST and AGG cleared); once
 *   lacp_port_left() is true, lacp_port_remove() takes it away. For a restart that the partner
 *   shall not notice, do not leave: lacp_port_save() before, lacp_port_restore() after.
 */

#define LACP_MAX_PORTS  32  /* of a system; also its aggregators */
#define LACP_FRAME_SIZE 124 /* every frame of this library, from the destination address on */
#define LACP_ADDR_SIZE  6
#define LACP_MSEC       UINT64_C(1000000)
#define LACP_SEC        UINT64_C(1000000000)
#define LACP_NEVER      UINT64_MAX /* a deadline that does not come */

/* Bits of the state octet (6.4.2.3). */
enum lacp_flag {
	LACP_ACTIVITY = 1 << 0,
	LACP_TIMEOUT = 1 << 1, /* set: Short, clear: Long */
	LACP_AGGREGATION = 1 << 2,
	LACP_SYNC = 1 << 3,
	LACP_COLLECTING = 1 << 4,
	LACP_DISTRIBUTING = 1 << 5,
	LACP_DEFAULTED = 1 << 6,
	LACP_EXPIRED = 1 << 7,
};

/* What a system says of one end of a link: the Actor or Partner part of an LACPDU. */
struct lacp_info {
	uint16_t sys_prio;
	uint8_t sys[LACP_ADDR_SIZE];
	uint16_t key;
	uint16_t port_prio;
	uint16_t port;
	uint8_t state; /* set of enum lacp_flag */
};

enum lacp_rx {
	LACP_RX_INITIALIZE,
	LACP_RX_PORT_DISABLED,
	LACP_RX_LACP_DISABLED,
	LACP_RX_EXPIRED,
	LACP_RX_DEFAULTED,
	LACP_RX_CURRENT,
};
#define LACP_RX_STATES 6

enum lacp_mux {
	LACP_MUX_DETACHED,
	LACP_MUX_WAITING,
	LACP_MUX_ATTACHED,
	LACP_MUX_COLLECTING,
	LACP_MUX_DISTRIBUTING,
	LACP_MUX_COLLECTING_DISTRIBUTING, /* coupled control only */
};
#define LACP_MUX_STATES 6

enum lacp_selected { LACP_UNSELECTED, LACP_STANDBY, LACP_SELECTED };

enum lacp_duplex { LACP_DUPLEX_HALF = 0, LACP_DUPLEX_FULL = 1, LACP_DUPLEX_UNKNOWN = 255 };

/* How the active aggregator is chosen; names and meaning as the Linux option ad_select. */
enum lacp_ad_select {
	LACP_SELECT_STABLE,    /* keep it while it has a usable port */
	LACP_SELECT_BANDWIDTH, /* the fastest */
	LACP_SELECT_COUNT,     /* the one with most ports */
	LACP_SELECT_PORT_PRIO, /* the largest sum of actor_port_prio */
};

/* What to do when no partner answers on any port. Never more than one port carries data. */
enum lacp_fallback {
	LACP_FALLBACK_OFF,        /* stay down */
	LACP_FALLBACK_STATIC,     /* the usable port with the lowest port id, always */
	LACP_FALLBACK_INDIVIDUAL, /* as ad_select chooses, kept while it is usable */
};

/* Configuration of a system. Start from lacp_config_default(). */
struct lacp_config {
	uint16_t sys_prio;           /* ad_actor_sys_prio; lower wins; default 0x8000 */
	uint8_t sys[LACP_ADDR_SIZE]; /* ad_actor_system; must not follow a member's MAC */
	uint16_t user_key;           /* ad_user_port_key, 0..1023; part of derived keys */
	bool active;                 /* lacp_active; default true */
	bool fast;    /* lacp_rate fast: Short timeouts; also probe a silent partner fast */
	bool coupled; /* coupled_control; default false, unlike Linux */
	enum lacp_ad_select ad_select; /* default stable */
	uint8_t min_links;             /* distributing ports that lacp_carrier() wants; default 0 */
	bool strict;                   /* lacp_strict; false counts ports as Linux; default true */
	uint8_t max_active_ports;      /* of an aggregator, others are STANDBY; 0: no limit */
	bool preempt;                  /* a better port displaces a worse one; default true */
	enum lacp_fallback fallback;   /* default off */
	uint32_t fallback_timeout_s;   /* of silence before fallback; default 90 */
	bool select_defaulted;         /* ports in DEFAULTED may be selected; default false */
	uint8_t max_aggregators;       /* 1..LACP_MAX_PORTS, the default */
	bool hold;                     /* bond is down: in contact, but no aggregator is active */
	bool no_ntt_on_expired;        /* true: 2014 without Cor 1, first PDU 1 s after link up */
	/*
	 * For partners that look at SYNC alone and only set EXPIRED when they hear nothing (Open
	 * vSwitch): a port whose partner fell silent says SYNC=0 while it is EXPIRED, and a partner
	 * that says EXPIRED does not collect. Default false: as the standard has it.
	 */
	bool sync_alone;
	uint16_t collector_max_delay; /* units of 10 us; our collector's bound; default 0 */
};

/* Configuration of a port. Start from lacp_port_config_default(). */
struct lacp_port_config {
	uint16_t number;                     /* 1..65535, unique among all ports of the System ID */
	uint16_t prio;                       /* actor_port_prio; lower wins; default 0x8000 */
	uint8_t mac[LACP_ADDR_SIZE];         /* source of its frames: its own, not the bond's */
	uint8_t protocol_da[LACP_ADDR_SIZE]; /* default 01-80-C2-00-00-02, or -00 or -03 */
	uint16_t key;                        /* operational key; 0: derive, see lacp_key() */
	bool disabled;                       /* LACP off: the port joins nothing */
	bool individual;                     /* advertise AGG=0 */
	struct lacp_info partner_admin;      /* what to assume of a silent partner (6.4.7) */
};

/* Counters of a port. Names as in Linux statistics; all of them only grow. */
struct lacp_counters {
	uint64_t lacpdu_rx;
	uint64_t lacpdu_tx;
	uint64_t lacpdu_unknown_rx; /* other subtype, or another ethertype to the slow address */
	uint64_t lacpdu_illegal_rx; /* badly formed, or a subtype that must not exist */
	uint64_t marker_rx;
	uint64_t marker_tx;
	uint64_t marker_resp_rx;
	uint64_t marker_resp_tx;
	uint64_t marker_unknown_rx;
	uint64_t marker_dropped; /* not answered: more than ten a second, or no link */
	uint64_t marker_stale;   /* responses to nothing that was asked on this port */
	uint64_t tx_failed;      /* lacp_output_failed() */
	uint64_t expired;        /* CURRENT to EXPIRED */
	uint64_t unselected;     /* SELECTED or STANDBY to UNSELECTED */
};

#include "lacp_pdu.h"
#include "lacp_trace.h"
#include "lacp_types.h"

/** @return the defaults named at struct lacp_config, sys all zero */
struct lacp_config lacp_config_default(void);

/** @return the defaults named at struct lacp_port_config; number and mac are to be set */
struct lacp_port_config lacp_port_config_default(void);

/**
 * Make a system without ports.
 * @param s where to make it; must stay in place
 * @param config copied
 * @param hooks copied; NULL: none
 * @param now ns
 * @return 0; -EINVAL: a value out of range, a group address or zero as System ID
 */
int lacp_system_init(struct lacp_system *s, const struct lacp_config *config,
		     const struct lacp_hooks *hooks, uint64_t now);

/**
 * Change the configuration, all or nothing. What the partner should know is sent at once; a
 * change of the System ID restarts every link, once.
 * @return 0; -EINVAL as lacp_system_init()
 */
int lacp_system_configure(struct lacp_system *s, const struct lacp_config *config, uint64_t now);

/** BEGIN (6.4.4): forget every partner and start all machines anew; links keep their level. */
void lacp_system_reset(struct lacp_system *s, uint64_t now);

/**
 * Add a port; its link is down until lacp_port_link().
 * @param slot 0..LACP_MAX_PORTS-1, chosen by the caller
 * @return 0; -EINVAL: bad slot, number, mac or protocol_da; -EBUSY: slot in use; -EEXIST: a port
 *         with that number exists
 */
int lacp_port_add(struct lacp_system *s, unsigned int slot, const struct lacp_port_config *config,
		  uint64_t now);

/** @return the port in that slot, NULL if there is none. Valid until lacp_port_remove(). */
struct lacp_port *lacp_port(struct lacp_system *s, unsigned int slot);

/** Change a port, all or nothing. @return as lacp_port_add() */
int lacp_port_configure(struct lacp_port *p, const struct lacp_port_config *config, uint64_t now);

/** Take a port away at once. The caller has closed its data path; no hook is called for it. */
void lacp_port_remove(struct lacp_port *p, uint64_t now);

/** Begin to leave politely: close the data path, tell the partner, then fall silent. */
void lacp_port_leave(struct lacp_port *p, uint64_t now);

/** @return true once the last LACPDU of a leaving port is out, or can no longer be sent */
bool lacp_port_left(const struct lacp_port *p);

/**
 * The state of a port's link; repeating it is harmless. After a flap that was too short to see
 * both edges, report down and then up.
 * @param speed_mbps 0: not known yet. A port that comes up waits at most one second for its speed,
 *        because the key depends on it; a port that is up keeps its speed. UINT32_MAX: the device
 *        never tells, do not wait.
 * @param duplex LACP runs unless it is definitely half
 */
void lacp_port_link(struct lacp_port *p, bool up, uint32_t speed_mbps, enum lacp_duplex duplex,
		    uint64_t now);

/**
 * A frame arrived on a port. Hand in all queued frames before lacp_tick() at the same instant.
 * @param frame contiguous, from the destination address on; a VLAN tag that hardware stripped may
 *        be missing only if its VID was 0 (a frame of another VLAN is data)
 * @param len of the frame without FCS; a longer tail is ignored
 * @return what it was; lacp_parse_is_data() tells data frames, LACP_PARSE_OTHER is for another
 *         client of the slow protocols, LACP_REFUSE_PORT_DISABLED hints to read the link again
 */
enum lacp_parse lacp_input(struct lacp_port *p, const uint8_t *frame, size_t len, uint64_t now);

/** Run the timers due at now. */
void lacp_tick(struct lacp_system *s, uint64_t now);

/** @return when to call lacp_tick() and then lacp_output() next; 0: at once */
uint64_t lacp_deadline(const struct lacp_system *s);

/**
 * Take the next frame to send on a port: LACPDUs first (at most three in any second), then Marker
 * Responses. An LACPDU shows the state at the time of this call.
 * @param buf at least LACP_FRAME_SIZE bytes
 * @return length of the frame, 0: none
 */
size_t lacp_output(struct lacp_port *p, uint8_t *buf, uint64_t now);

/** The frame last taken from lacp_output() could not be sent: it is due again in 10 ms. */
void lacp_output_failed(struct lacp_port *p, uint64_t now);

/** The data path of a port now is as stated; the answer to a hook "path" that returned false. */
void lacp_path_done(struct lacp_port *p, bool collecting, bool distributing, uint64_t now);

/** @return must frames received on the port be delivered? */
bool lacp_port_collecting(const struct lacp_port *p);

/** @return may data be sent on the port? */
bool lacp_port_distributing(const struct lacp_port *p);

/** @return is the port held back by a limit or because another aggregator is active? */
bool lacp_port_standby(const struct lacp_port *p);

/** @return id of the port's aggregator (the lowest port number that shared it), 0: none */
uint16_t lacp_port_aggregator(const struct lacp_port *p);

/** @return must the bond show carrier? See min_links and strict. */
bool lacp_carrier(const struct lacp_system *s);

/** Facts about the active aggregator. @return false and zeroes when there is none */
bool lacp_active(const struct lacp_system *s, struct lacp_active *out);

/**
 * Derived key: user_key << 6 | code of the speed << 1 | full duplex, the layout of Linux. Every
 * speed from 1 Mbit/s to 1.6 Tbit/s has its own code; 0 means unknown.
 */
uint16_t lacp_key(uint16_t user_key, uint32_t speed_mbps, enum lacp_duplex duplex);

/** Remember a port for lacp_port_restore(). @return 0; -EINVAL: it is not attached */
int lacp_port_save(const struct lacp_port *p, struct lacp_saved *out);

/**
 * Take up where a former process stopped: call after lacp_port_add() and lacp_port_link() and
 * before lacp_output(), with a data path that is about to be open.
 * @param age ns since the port was saved
 * @return 0; -ESTALE: the partner has timed out by now; -EINVAL: link down or another identity
 */
int
lacp_port_restore(struct lacp_port *p, const struct lacp_saved *saved, uint64_t age, uint64_t now);

/**
 * Marker Generator (6.5.4): ask the partner to answer when it has delivered all that was sent on
 * this port so far. Put the frame into the same transmit queue, behind the last data frame.
 * The hook marker_done tells the end: answered, or timed out after drain + the partner's collector
 * delay + 10 ms.
 * @param buf at least LACP_FRAME_SIZE bytes
 * @param drain ns that the transmit queue may take to drain
 * @param transaction where to write the number of this request
 * @return length of the frame; -ENETDOWN: no link, wait lacp_marker_wait() instead; -EAGAIN: ten
 *         a second or eight at once are the limit
 */
int lacp_marker_send(struct lacp_port *p, uint8_t *buf, uint64_t drain, uint64_t now,
		     uint32_t *transaction);

/** @return ns after which flows may move without a Marker */
uint64_t lacp_marker_wait(const struct lacp_port *p, uint64_t drain);

/** The frames received before the Marker numbered seq are delivered; see the hook marker_flush. */
void lacp_marker_flushed(struct lacp_port *p, uint32_t seq, uint64_t now);

#endif
