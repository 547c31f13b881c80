/* SPDX-License-Identifier: BSD-3-Clause */
/* bfd.h - micro-BFD, RFC 7130 over RFC 5880 and 5881: frames and time in, frames and state out. */
#ifndef BFD_H
#define BFD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Asynchronous mode only, as RFC 7130 has it: no echo, no authentication, and demand mode only as
 * far as the other end may ask for our silence. Pure as lib/lacp: time is an argument (ns of a
 * monotonic clock), so are discriminators and chance (a seed), and nothing is allocated.
 */

#define BFD_NEVER       UINT64_MAX
#define BFD_UDP_PORT    6784 /* of micro-BFD */
#define BFD_PORT_FIRST  49152
#define BFD_PACKET_SIZE 24
#define BFD_FRAME_SIZE  86  /* Ethernet, IPv6, UDP, packet: the largest that is built */
#define BFD_FRAME_MAX   160 /* no frame that is accepted is longer, tag and IPv4 options included */
#define BFD_TEXT_SIZE   46  /* an address as text, NUL included */
#define BFD_SLOW_US     UINT32_C(1000000) /* between packets of a session that is not Up */

/* bfd.SessionState, with the numbers of the wire. */
enum bfd_state { BFD_ADMIN_DOWN, BFD_DOWN, BFD_INIT, BFD_UP };

/* Why the session last left its state; those that we send. */
enum bfd_diag {
	BFD_DIAG_NONE = 0,
	BFD_DIAG_TIME_EXPIRED = 1,
	BFD_DIAG_NEIGHBOR_DOWN = 3,
	BFD_DIAG_ADMIN_DOWN = 7,
};

/* What can happen to a session: a state that the other end is in, or one of our own making. */
enum bfd_happening {
	BFD_HEARD_ADMIN_DOWN,
	BFD_HEARD_DOWN,
	BFD_HEARD_INIT,
	BFD_HEARD_UP,
	BFD_TIME_EXPIRED,
	BFD_STOP,
	BFD_START,
	BFD_HAPPENINGS /* how many there are */
};

/* What a received frame is. All but the first are refusals, each with its counter. */
enum bfd_parse {
	BFD_PARSE_OK,
	BFD_REFUSE_RUNT,               /* shorter than its own headers say */
	BFD_REFUSE_NOT_BFD,            /* not UDP to port 6784 over IP, or in a VLAN */
	BFD_REFUSE_FRAGMENT,           /* one of several pieces */
	BFD_REFUSE_IP_CHECKSUM,        /* of the IPv4 header */
	BFD_REFUSE_TTL,                /* below 255: it came through a router (GTSM) */
	BFD_REFUSE_UDP_LENGTH,         /* longer than the datagram */
	BFD_REFUSE_UDP_CHECKSUM,       /* wrong, or missing with IPv6 */
	BFD_REFUSE_SOURCE_PORT,        /* below 49152 */
	BFD_REFUSE_VERSION,            /* not 1 */
	BFD_REFUSE_LENGTH,             /* of the packet: under 24, or more than there is */
	BFD_REFUSE_AUTH,               /* authentication is not in use */
	BFD_REFUSE_MULTIPLIER,         /* 0 */
	BFD_REFUSE_MULTIPOINT,         /* the bit is set */
	BFD_REFUSE_MY_DISCRIMINATOR,   /* 0 */
	BFD_REFUSE_YOUR_DISCRIMINATOR, /* 0 in a state that needs to know ours */
	BFD_REFUSE_ADDRESS,            /* not from remote to local */
	BFD_REFUSE_SESSION,            /* for a discriminator that is not ours */
	BFD_REFUSE_ADMIN_DOWN,         /* the session is administratively down here */
	BFD_REFUSE_DISABLED,           /* there is no session */
	BFD_PARSES                     /* how many there are */
};

struct bfd_addr {
	bool v6;
	uint8_t octets[16]; /* IPv4: the first four, the others are zero */
};

/* A control packet, RFC 5880 4.1. Intervals are microseconds. */
struct bfd_packet {
	uint8_t diag;  /* 0 to 31, other than in enum bfd_diag as well */
	uint8_t state; /* enum bfd_state */
	bool poll, final, demand;
	uint8_t multiplier;
	uint32_t my_discriminator;
	uint32_t your_discriminator;
	uint32_t desired_min_tx_us;
	uint32_t required_min_rx_us;
};

/* A packet and what carried it. */
struct bfd_frame {
	uint8_t dst_mac[6];
	uint8_t src_mac[6];
	struct bfd_addr src, dst;
	uint16_t src_port;
	struct bfd_packet packet;
};

struct bfd_config {
	uint32_t interval_ms; /* desired and required, while Up */
	uint8_t multiplier;
	bool required;  /* a member without a session that is Up is not used, even at first */
	bool multicast; /* never send to the other end's own MAC address */
	struct bfd_addr local, remote;
	uint8_t mac[6];       /* source of our frames */
	uint16_t source_port; /* the same for the life of the session, unlike that of all others */
};

struct bfd_counters {
	uint64_t rx; /* accepted */
	uint64_t tx;
	uint64_t up, down;            /* how often it became Up, and ceased to be */
	uint64_t refused[BFD_PARSES]; /* by reason */
};

/* A session. Owned by the control thread; fields are to be looked at only. */
struct bfd_session {
	bool used;
	struct bfd_config config;
	enum bfd_state state;
	enum bfd_state remote_state;
	enum bfd_diag diag;
	uint8_t remote_diag; /* as last received */
	const char *why;     /* what the last change of state came from */
	uint64_t since;      /* when state took its value */
	uint64_t rng;
	uint32_t my_discriminator;
	uint32_t your_discriminator; /* 0: not known */
	uint32_t tx_us;              /* at most so often, as far as we go */
	uint32_t rx_us;              /* what the other end is known to keep to */
	uint32_t remote_min_tx_us;
	uint32_t remote_min_rx_us; /* 0: it wants no periodic packets */
	uint8_t remote_multiplier;
	bool remote_demand;
	bool poll, poll_again; /* a Poll Sequence runs; with values that have changed meanwhile */
	bool final;            /* a Poll is to be answered */
	bool changed;          /* the other end is to be told at once */
	bool was_up;       /* since the start, or since the other end went out of its own will */
	bool released;     /* the other end says that BFD has nothing to say about the path */
	bool told_up;      /* one packet in state Up has left, to the dedicated MAC address */
	uint8_t farewells; /* packets to send in AdminDown before silence */
	uint8_t remote_mac[6]; /* of the last accepted frame */
	uint64_t last_tx;      /* when the last packet left */
	uint64_t next_tx;      /* when the next periodic one is due */
	uint64_t expires;      /* end of the detection time, BFD_NEVER: nothing was heard */
	struct bfd_counters counters;
};

/* bfd_packet.c */

/**
 * Read a control packet, RFC 5880 6.8.6 as far as a packet alone can be judged. Pure.
 * @param data, len of the UDP payload
 * @return BFD_PARSE_OK, or one from BFD_REFUSE_VERSION to BFD_REFUSE_YOUR_DISCRIMINATOR
 */
enum bfd_parse bfd_packet_parse(const uint8_t *data, size_t len, struct bfd_packet *out);

/** Write a control packet. @param data BFD_PACKET_SIZE bytes */
void bfd_packet_build(uint8_t *data, const struct bfd_packet *p);

/* bfd_frame.c */

/** @return 0; -1: the text is no unicast address of a host */
int bfd_addr_parse(const char *text, struct bfd_addr *out);

bool bfd_addr_equal(const struct bfd_addr *a, const struct bfd_addr *b);

/**
 * Read a frame from its destination address on, without FCS; padding at its end is fine. Pure.
 * @return BFD_PARSE_OK, or one up to BFD_REFUSE_YOUR_DISCRIMINATOR; then out is undefined
 */
enum bfd_parse bfd_frame_parse(const uint8_t *frame, size_t len, struct bfd_frame *out);

/** Write a frame. @param buf BFD_FRAME_SIZE bytes @return its length: 66 with IPv4, 86 with IPv6 */
size_t bfd_frame_build(uint8_t *buf, const struct bfd_frame *f);

/* bfd_session.c */

/** The state table, RFC 5880 6.2 and 6.8.6. Pure. @return where a session goes from a state */
enum bfd_state bfd_next(enum bfd_state state, enum bfd_happening what);

/**
 * A session begins in state Down; its first packet is due at once.
 * @param seed of its discriminator and jitter, hard to guess, different for every session
 */
void bfd_session_start(struct bfd_session *s, const struct bfd_config *config, uint64_t seed,
		       uint64_t now);

/** Interval, multiplier, required or multicast change; a session that is Up stays so. */
void bfd_session_configure(struct bfd_session *s, const struct bfd_config *config, uint64_t now);

/** The cable is back: do not wait for the slow timer, but at most ten times a second. */
void bfd_session_hurry(struct bfd_session *s, uint64_t now);

/** Go AdminDown, and tell the other end so a few times. */
void bfd_session_stop(struct bfd_session *s, uint64_t now);

/** @return true once the other end has been told; also for a session that was never started */
bool bfd_session_stopped(const struct bfd_session *s);

/** A frame arrived. @return what it was; refusals are counted and without effect */
enum bfd_parse
bfd_session_input(struct bfd_session *s, const uint8_t *frame, size_t len, uint64_t now);

/** Is the detection time over? Call it after the frames of the same instant. */
void bfd_session_tick(struct bfd_session *s, uint64_t now);

/**
 * Take the next frame to send.
 * @param buf BFD_FRAME_SIZE bytes
 * @return length of the frame, 0: none is due
 */
size_t bfd_session_output(struct bfd_session *s, uint8_t *buf, uint64_t now);

/** @return when tick and output are to be called, 0: at once, BFD_NEVER */
uint64_t bfd_session_deadline(const struct bfd_session *s);

/**
 * May the member carry data, as far as BFD goes? RFC 7130 3: only while Up. But one that never was
 * Up is not judged unless required (7130, appendix A: enabling BFD disturbs no service), and
 * neither is one whose other end went AdminDown: that says nothing about the path (RFC 5882).
 */
bool bfd_session_good(const struct bfd_session *s);

/** @return time without a packet after which an Up session goes down, ns; 0: none heard yet */
uint64_t bfd_session_detection(const struct bfd_session *s);

/** @return ns between two packets that we send, before jitter; 0: none are sent periodically */
uint64_t bfd_session_interval(const struct bfd_session *s);

/* bfd_text.c */

/** @return "admin down", "down", "init" or "up" */
const char *bfd_state_name(enum bfd_state state);

/** @return a diagnostic in words, RFC 5880 4.1 */
const char *bfd_diag_name(unsigned int diag);

/** @return "ok", "runt", "ttl", ..., a name for each value of enum bfd_parse */
const char *bfd_parse_name(enum bfd_parse parse);

#endif
