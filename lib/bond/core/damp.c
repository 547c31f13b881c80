/* SPDX-License-Identifier: BSD-3-Clause */
/* damp.c - flap damping of one member: holds that double while it keeps failing, and decay. */
#include "damp.h"

#define MSEC UINT64_C(1000000)

/* One doubling is forgiven for every window without a failure and without a hold. */
static uint32_t
decayed(const struct damp *d, const struct damp_options *o, uint64_t now)
{
	const uint64_t windows =
		o->window_ms ? (now - d->last) / (o->window_ms * MSEC) : UINT64_MAX;

	return windows < d->level ? d->level - (uint32_t)windows : 0;
}

static uint64_t
hold_length(const struct damp *d, const struct damp_options *o)
{
	uint64_t length = o->hold_ms * MSEC;
	const uint64_t max = (o->hold_max_ms > o->hold_ms ? o->hold_max_ms : o->hold_ms) * MSEC;

	for (uint32_t i = 0; i < d->level && length < max; i++)
		length *= 2;
	return length < max ? length : max;
}

/* Is the failure before the last few still in the window? */
static bool
reached(const struct damp *d, const struct damp_options *o, uint64_t now)
{
	if (d->failures < o->count)
		return false;
	return now - d->failed[(d->failures - o->count) % DAMP_MAX_COUNT] <= o->window_ms * MSEC;
}

bool
damp_failed(struct damp *d, const struct damp_options *o, uint64_t now)
{
	if (o->hold_ms == 0 || d->held)
		return false;
	d->level = decayed(d, o, now);
	d->failed[d->failures++ % DAMP_MAX_COUNT] = now;
	d->last = now;
	if (d->level == 0 && !reached(d, o, now))
		return false;
	d->length = hold_length(d, o);
	d->until = now + d->length;
	d->held = true;
	d->level++;
	d->holds++;
	return true;
}

void
damp_failed_again(struct damp *d, uint64_t now)
{
	if (!d->held)
		return;
	d->failed[d->failures++ % DAMP_MAX_COUNT] = now;
	d->until = now + d->length;
}

void
damp_release(struct damp *d, uint64_t now)
{
	d->held = false;
	d->last = now;
}

uint64_t
damp_deadline(const struct damp *d)
{
	return d->held ? d->until : UINT64_MAX;
}
