/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_tx.c - the Transmit machine: NTT, three LACPDUs in any second, 802.1AX-2014 6.4.16. */
#include "lacp_internal.h"

uint64_t
lacp_window_open(const struct lacp_window *w, unsigned int n)
{
	return w->used < n ? 0 : w->at[w->next] + LACP_SEC;
}

void
lacp_window_add(struct lacp_window *w, unsigned int n, uint64_t now)
{
	w->undo = w->at[w->next];
	w->at[w->next] = now;
	w->next = (uint8_t)((w->next + 1) % n);
	w->used += w->used <= n; /* n + 1: full, and the last entry replaced another */
}

void
lacp_window_undo(struct lacp_window *w, unsigned int n)
{
	w->next = (uint8_t)((w->next + n - 1) % n);
	w->at[w->next] = w->undo;
	w->used -= w->used <= n;
}

bool
lacp_tx_allowed(const struct lacp_port *p)
{
	return p->lacp_enabled && p->periodic != LACP_PERIODIC_NONE && !p->left;
}

/* When the LACPDU that is due may leave, LACP_NEVER: none is, or not before something happens. */
static uint64_t
pdu_deadline(const struct lacp_port *p)
{
	uint64_t at = lacp_window_open(&p->tx, LACP_TX_WINDOW);

	if (!p->ntt || !lacp_tx_allowed(p) || (p->leaving && p->mux != LACP_MUX_DETACHED))
		return LACP_NEVER;
	/* The data path is about to follow: say it once, when it is true. */
	if (p->path_want != p->path_have && at < p->path_since + LACP_PATH_HOLD)
		at = p->path_since + LACP_PATH_HOLD;
	return at > p->retry ? at : p->retry;
}

uint64_t
lacp_tx_deadline(const struct lacp_port *p)
{
	const uint64_t pdu = pdu_deadline(p), marker = lacp_marker_tx_deadline(p);

	return pdu < marker ? pdu : marker;
}

static size_t
output_pdu(struct lacp_port *p, uint8_t *buf, uint64_t now)
{
	struct lacp_pdu pdu = {
		.actor = p->actor,
		.partner = p->partner,
		.collector_max_delay = p->sys->config.collector_max_delay,
	};

	if (p->sys->config.sync_alone && p->fell_silent)
		pdu.actor.state &= (uint8_t)~LACP_SYNC;
	lacp_window_add(&p->tx, LACP_TX_WINDOW, now);
	p->ntt = false;
	p->left = p->leaving;
	p->last_output = LACP_OUTPUT_PDU;
	p->counters.lacpdu_tx++;
	return lacp_build_pdu(buf, p->config.protocol_da, p->config.mac, &pdu);
}

size_t
lacp_output(struct lacp_port *p, uint8_t *buf, uint64_t now)
{
	size_t n;

	p->last_output = LACP_OUTPUT_NONE;
	if (now >= pdu_deadline(p))
		return output_pdu(p, buf, now);
	n = lacp_marker_output(p, buf, now);
	if (n)
		p->last_output = LACP_OUTPUT_RESPONSE;
	return n;
}

void
lacp_output_failed(struct lacp_port *p, uint64_t now)
{
	if (p->last_output == LACP_OUTPUT_NONE)
		return;
	if (p->last_output == LACP_OUTPUT_PDU) {
		lacp_window_undo(&p->tx, LACP_TX_WINDOW);
		p->ntt = true;
		p->left = false;
		p->counters.lacpdu_tx--;
	} else {
		lacp_marker_output_failed(p);
	}
	p->last_output = LACP_OUTPUT_NONE;
	p->counters.tx_failed++;
	p->retry = now + LACP_RETRY;
}
