/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_damp.c - flap damping of a bond's members: who is held down, and when it is needed after all. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "bond_machine.h"

#define LINE_SIZE   96
#define ONLY_DAMPED (UINT32_C(1) << BOND_HOLD_DAMPING)

struct damp_options
bond_damp_options_default(void)
{
	return (struct damp_options){
		.hold_ms = 0, .hold_max_ms = 60000, .count = 2, .window_ms = 10000};
}

int
bond_damp_check(const struct damp_options *o)
{
	return o->count >= 1 && o->count <= DAMP_MAX_COUNT && o->window_ms > 0 ? 0 : -EINVAL;
}

static void
hold(struct bond *b, uint8_t slot, bool held, const char *why, uint64_t now)
{
	struct bond_member *m = &b->member[slot];
	char line[LINE_SIZE + 32];
	const struct bond_event event = {
		.time = now,
		.lasted = now - m->held_since[BOND_HOLD_DAMPING],
		.member = m->name,
		.kind = "damping",
		.from = held ? "good" : "bad",
		.to = held ? "bad" : "good",
		.reason = why,
		.log_line = line,
		.severity = held ? BOND_WARNING : BOND_NOTICE,
	};

	if (!bond_hold_set(b, slot, BOND_HOLD_DAMPING, held, why, now))
		return;
	snprintf(line, sizeof(line), "flap damping %s: %s", held ? "begins" : "ends", why);
	bond_emit(b, &event);
}

static void
release(struct bond *b, uint8_t slot, const char *why, uint64_t now)
{
	damp_release(&b->member[slot].damp, now);
	hold(b, slot, false, why, now);
}

void
bond_damp_failed(struct bond *b, uint8_t slot, uint64_t now)
{
	struct damp *d = &b->member[slot].damp;
	const struct damp_options *o = &b->options.flap;
	char why[LINE_SIZE];

	if (d->held) {
		damp_failed_again(d, now);
		return;
	}
	if (!damp_failed(d, o, now))
		return;
	if (d->level > 1)
		snprintf(why, sizeof(why), "it failed again, down for %" PRIu64 " ms",
			 d->length / BOND_MSEC);
	else
		snprintf(why, sizeof(why),
			 "%" PRIu32 " failures within %" PRIu32 " ms, down for %" PRIu64 " ms",
			 o->count, o->window_ms, d->length / BOND_MSEC);
	hold(b, slot, true, why, now);
}

void
bond_damp_lost(struct bond *b, uint8_t slot, uint64_t now)
{
	damp_failed_again(&b->member[slot].damp, now);
}

void
bond_damp_tick(struct bond *b, uint8_t slot, uint64_t now)
{
	if (now >= damp_deadline(&b->member[slot].damp))
		release(b, slot, "it has been quiet long enough", now);
}

/* Is there a member that carries data, or will within its delay? */
static bool
is_needed(const struct bond *b)
{
	bond_foreach_member (b, slot) {
		const struct bond_member *m = &b->member[slot];

		if (bond_member_usable(m) || (m->link == BOND_LINK_BACK && !m->leaving))
			return false;
		if (m->link == BOND_LINK_FAIL && slot == b->active)
			return false;
	}
	return true;
}

bool
bond_damp_relieve(struct bond *b, uint64_t now)
{
	uint8_t best = BOND_NONE;

	if (!is_needed(b))
		return false;
	bond_foreach_member (b, slot) {
		const struct bond_member *m = &b->member[slot];

		if (m->damp.held && m->held == ONLY_DAMPED && m->fact.carrier && !m->leaving &&
		    (best == BOND_NONE || m->damp.until < b->member[best].damp.until))
			best = slot;
	}
	if (best == BOND_NONE)
		return false;
	release(b, best, "no other member can carry traffic", now);
	bond_link_run(b, best, now);
	return true;
}

bool
bond_damp_configure(struct bond *b, uint64_t now)
{
	bool due = false;

	if (b->options.flap.hold_ms > 0)
		return false;
	bond_foreach_member (b, slot)
		if (b->member[slot].damp.held) {
			release(b, slot, "flap_hold was set to 0", now);
			due |= bond_link_run(b, slot, now);
		}
	return due;
}
