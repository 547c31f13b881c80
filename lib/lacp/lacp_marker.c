/* SPDX-License-Identifier: BSD-3-Clause */
/* lacp_marker.c - Marker Responder and Marker Generator, 802.1AX-2014 6.5. */
#include <errno.h>
#include <string.h>

#include "lacp_internal.h"

void
lacp_marker_init(struct lacp_port *p)
{
	for (unsigned int n = 0; n < LACP_MARKER_PENDING; n++)
		p->marker.pending[n].deadline = LACP_NEVER;
}

/* A Marker: its response echoes port, system and transaction, whatever LACP thinks of the port. */
void
lacp_marker_input(struct lacp_port *p, const struct lacp_marker *marker)
{
	const struct lacp_hooks *h = &p->sys->hooks;
	struct lacp_marker_port *m = &p->marker;
	struct lacp_response *r;

	if (!p->link_up || m->queued == LACP_MARKER_QUEUE) {
		p->counters.marker_dropped++;
		return;
	}
	r = &m->queue[m->queued++];
	r->marker = *marker;
	r->marker.type = LACP_MARKER_RESPONSE;
	r->seq = m->seq++;
	r->flushed = !h->marker_flush || h->marker_flush(h->ctx, p, r->seq);
}

void
lacp_marker_flushed(struct lacp_port *p, uint32_t seq, uint64_t now)
{
	struct lacp_marker_port *m = &p->marker;

	for (unsigned int n = 0; n < m->queued; n++)
		if ((int32_t)(m->queue[n].seq - seq) <= 0)
			m->queue[n].flushed = true;
	lacp_run(p->sys, now);
}

uint64_t
lacp_marker_tx_deadline(const struct lacp_port *p)
{
	const uint64_t open = lacp_window_open(&p->marker.responses, LACP_MARKER_WINDOW);

	if (p->marker.queued == 0 || !p->marker.queue[0].flushed)
		return LACP_NEVER;
	return open > p->retry ? open : p->retry;
}

size_t
lacp_marker_output(struct lacp_port *p, uint8_t *buf, uint64_t now)
{
	struct lacp_marker_port *m = &p->marker;

	if (now < lacp_marker_tx_deadline(p))
		return 0;
	m->last = m->queue[0];
	m->queued--;
	memmove(&m->queue[0], &m->queue[1], m->queued * sizeof(m->queue[0]));
	lacp_window_add(&m->responses, LACP_MARKER_WINDOW, now);
	p->counters.marker_resp_tx++;
	return lacp_build_marker(buf, p->config.protocol_da, p->config.mac, &m->last.marker);
}

void
lacp_marker_output_failed(struct lacp_port *p)
{
	struct lacp_marker_port *m = &p->marker;

	lacp_window_undo(&m->responses, LACP_MARKER_WINDOW);
	p->counters.marker_resp_tx--;
	if (m->queued == LACP_MARKER_QUEUE) { /* others came in the meantime */
		p->counters.marker_dropped++;
		return;
	}
	memmove(&m->queue[1], &m->queue[0], m->queued * sizeof(m->queue[0]));
	m->queue[0] = m->last;
	m->queued++;
}

uint64_t
lacp_marker_wait(const struct lacp_port *p, uint64_t drain)
{
	return drain + p->partner_max_delay * (LACP_MSEC / 100) + LACP_MARKER_MARGIN;
}

int
lacp_marker_send(struct lacp_port *p, uint8_t *buf, uint64_t drain, uint64_t now,
		 uint32_t *transaction)
{
	struct lacp_marker_port *m = &p->marker;
	struct lacp_marker marker = {.type = LACP_MARKER_INFORMATION, .port = p->actor.port};
	unsigned int n = 0;

	if (!p->port_enabled)
		return -ENETDOWN;
	while (n < LACP_MARKER_PENDING && m->pending[n].deadline != LACP_NEVER)
		n++;
	if (n == LACP_MARKER_PENDING || now < lacp_window_open(&m->requests, LACP_MARKER_WINDOW))
		return -EAGAIN;
	memcpy(marker.sys, p->actor.sys, LACP_ADDR_SIZE);
	marker.transaction = *transaction = ++m->transaction;
	m->pending[n].transaction = marker.transaction;
	m->pending[n].deadline = now + lacp_marker_wait(p, drain);
	lacp_window_add(&m->requests, LACP_MARKER_WINDOW, now);
	p->counters.marker_tx++;
	return (int)lacp_build_marker(buf, p->config.protocol_da, p->config.mac, &marker);
}

static void
finish(struct lacp_port *p, unsigned int n, bool answered)
{
	const struct lacp_hooks *h = &p->sys->hooks;

	p->marker.pending[n].deadline = LACP_NEVER;
	if (h->marker_done)
		h->marker_done(h->ctx, p, p->marker.pending[n].transaction, answered);
}

/* Only the answer to a request of this port that still waits counts. */
void
lacp_marker_response(struct lacp_port *p, const struct lacp_marker *marker)
{
	const bool ours = marker->port == p->actor.port &&
			  memcmp(marker->sys, p->actor.sys, LACP_ADDR_SIZE) == 0;

	for (unsigned int n = 0; ours && n < LACP_MARKER_PENDING; n++)
		if (p->marker.pending[n].deadline != LACP_NEVER &&
		    p->marker.pending[n].transaction == marker->transaction) {
			finish(p, n, true);
			return;
		}
	p->counters.marker_stale++;
}

void
lacp_marker_run(struct lacp_port *p)
{
	if (!p->link_up) {
		p->counters.marker_dropped += p->marker.queued;
		p->marker.queued = 0;
	}
	for (unsigned int n = 0; n < LACP_MARKER_PENDING; n++)
		if (p->marker.pending[n].deadline != LACP_NEVER &&
		    (!p->port_enabled || lacp_due(p, p->marker.pending[n].deadline)))
			finish(p, n, false);
}

uint64_t
lacp_marker_deadline(const struct lacp_port *p)
{
	uint64_t first = LACP_NEVER;

	for (unsigned int n = 0; n < LACP_MARKER_PENDING; n++)
		if (p->marker.pending[n].deadline < first)
			first = p->marker.pending[n].deadline;
	return first;
}
