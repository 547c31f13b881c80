/* SPDX-License-Identifier: BSD-3-Clause */
/* api_monitor.c - what bond.get says about BFD and flap damping of a member. */
#include "api_int.h"

static json_t *
number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *
ms(uint64_t ns)
{
	return json_real((double)ns / BOND_MSEC);
}

/* Only reasons that have occurred: there are many, and most stay 0 for ever. */
static json_t *
refused(const struct bfd_counters *c, bool *failed)
{
	json_t *o = json_object();

	for (int reason = BFD_PARSE_OK + 1; reason < BFD_PARSES; reason++)
		if (c->refused[reason] > 0)
			api_put(o, bfd_parse_name((enum bfd_parse)reason),
				number(c->refused[reason]), failed);
	return o;
}

static json_t *
bfd(const struct bfd_session *s, uint64_t now, bool *failed)
{
	json_t *o = json_object();

	api_put(o, "state", json_string(bfd_state_name(s->state)), failed);
	api_put(o, "state_ms", ms(now - s->since), failed);
	api_put(o, "reason", json_string(s->why), failed);
	api_put(o, "diagnostic", json_string(bfd_diag_name(s->diag)), failed);
	api_put(o, "remote_state", json_string(bfd_state_name(s->remote_state)), failed);
	api_put(o, "remote_diagnostic", json_string(bfd_diag_name(s->remote_diag)), failed);
	api_put(o, "local_discriminator", number(s->my_discriminator), failed);
	api_put(o, "remote_discriminator",
		s->your_discriminator ? number(s->your_discriminator) : json_null(), failed);
	api_put(o, "tx_interval_ms", ms(bfd_session_interval(s)), failed);
	api_put(o, "detection_ms", ms(bfd_session_detection(s)), failed);
	api_put(o, "rx_packets", number(s->counters.rx), failed);
	api_put(o, "tx_packets", number(s->counters.tx), failed);
	api_put(o, "up_count", number(s->counters.up), failed);
	api_put(o, "down_count", number(s->counters.down), failed);
	api_put(o, "refused", refused(&s->counters, failed), failed);
	return o;
}

static json_t *
damping(const struct damp *d, uint64_t now, bool *failed)
{
	json_t *o = json_object();

	api_put(o, "held", json_boolean(d->held), failed);
	api_put(o, "left_ms", ms(d->held && d->until > now ? d->until - now : 0), failed);
	api_put(o, "doublings", number(d->level), failed);
	api_put(o, "hold_count", number(d->holds), failed);
	api_put(o, "failures", number(d->failures), failed);
	return o;
}

void
api_put_monitors(json_t *o, const struct bondd_bond *b, uint8_t slot, bool *failed)
{
	const struct bfd_session *s = bond_bfd_session(&b->core, slot);
	const uint64_t now = b->daemon->now;
	const bool damps = b->core.options.flap.hold_ms > 0;

	api_put(o, "bfd", s ? bfd(s, now, failed) : json_null(), failed);
	api_put(o, "damping",
		damps ? damping(&b->core.member[slot].damp, now, failed) : json_null(), failed);
}
