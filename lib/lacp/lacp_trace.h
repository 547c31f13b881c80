/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_trace.h - what the library tells its caller, and how it explains itself; see lacp.h. */
#ifndef LACP_TRACE_H
#define LACP_TRACE_H

struct lacp_port;
struct lacp_system;

enum lacp_machine {
	LACP_MACHINE_RX,
	LACP_MACHINE_MUX,
	LACP_MACHINE_SELECTED, /* UNSELECTED, STANDBY, SELECTED */
	LACP_MACHINE_PERIODIC,
	LACP_MACHINE_ACTOR_CHURN,
	LACP_MACHINE_PARTNER_CHURN,
	LACP_MACHINE_ACTIVE,    /* of the system: id of the active aggregator, "none" */
	LACP_MACHINE_DIAGNOSIS, /* "to" names what is wrong; from is "" */
};

/* One transition. Strings live until the hook returns. */
struct lacp_trace {
	uint64_t now;
	const struct lacp_system *system;
	const struct lacp_port *port; /* NULL: concerns the system */
	enum lacp_machine machine;
	const char *from;
	const char *to;
	const char *reason; /* why, in words */
};

/* All may be NULL. None may call back into the library before it returns. */
struct lacp_hooks {
	void *ctx;
	/* Every transition. */
	void (*trace)(void *ctx, const struct lacp_trace *trace);
	/*
	 * Open or close the two halves of a port's data path. When both close, distribution closes
	 * first. @return true: it is done; false: lacp_path_done() will follow, after the return.
	 */
	bool (*path)(void *ctx, struct lacp_port *p, bool collecting, bool distributing);
	/*
	 * Marker number seq arrived. @return true: all frames received before it are delivered;
	 * false: lacp_marker_flushed() will follow, after the return.
	 */
	bool (*marker_flush)(void *ctx, struct lacp_port *p, uint32_t seq);
	/* A request of lacp_marker_send() ended. answered is false after a timeout. */
	void (*marker_done)(void *ctx, struct lacp_port *p, uint32_t transaction, bool answered);
};

/* Why a port does or does not carry data, the first that applies. */
enum lacp_why {
	LACP_WHY_CARRYING, /* it does */
	LACP_WHY_LEAVING,
	LACP_WHY_LINK_DOWN,
	LACP_WHY_SPEED_UNKNOWN,
	LACP_WHY_LACP_OFF,
	LACP_WHY_HALF_DUPLEX,
	LACP_WHY_NO_PARTNER,     /* none was ever heard since the link came up */
	LACP_WHY_PARTNER_SILENT, /* it was, and stopped */
	LACP_WHY_LOOPBACK,       /* cabled to another port of this bond */
	LACP_WHY_NO_AGGREGATOR,  /* all are taken by other partners */
	LACP_WHY_HELD,           /* the bond is down */
	LACP_WHY_ACTOR_KEY,      /* differs from that of the active aggregator */
	LACP_WHY_PARTNER_SYSTEM, /* likewise */
	LACP_WHY_PARTNER_KEY,    /* likewise */
	LACP_WHY_INDIVIDUAL,     /* may not aggregate, and another link is active */
	LACP_WHY_LIMIT,          /* max_active_ports better ports are in use */
	LACP_WHY_WAITING,        /* for the aggregate wait time */
	LACP_WHY_PARTNER_VIEW,   /* the partner repeats wrong facts about us */
	LACP_WHY_PARTNER_NOT_SYNC,
	LACP_WHY_PARTNER_NOT_COLLECTING,
	LACP_WHY_PATH, /* the data path is about to change */
};

/** @return why the port does or does not carry data */
enum lacp_why lacp_why(const struct lacp_port *p);

/**
 * The same as a sentence, with the values that differ ("partner key 33, the active aggregator has
 * 32").
 * @param buf where to write it
 * @param size of buf; 160 is enough
 * @return as snprintf()
 */
int lacp_why_text(const struct lacp_port *p, char *buf, size_t size);

/** @return "INITIALIZE", "PORT_DISABLED", ... as the standard spells it */
const char *lacp_rx_name(enum lacp_rx state);

/** @return "DETACHED", "WAITING", ... as the standard spells it */
const char *lacp_mux_name(enum lacp_mux state);

/** @return "UNSELECTED", "STANDBY" or "SELECTED" */
const char *lacp_selected_name(enum lacp_selected selected);

/** @return "receive", "mux", ... for logs */
const char *lacp_machine_name(enum lacp_machine machine);

/** Write a state octet as "ACT|AGG|SYNC". @return buf */
char *lacp_state_text(uint8_t state, char *buf, size_t size);

#endif
