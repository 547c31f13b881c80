/* SPDX-License-Identifier: BSD-3-Clause */
/* bfd_ends.c - two bonds, back to back, with BFD on every cable; virtual time. */
#include "bfd_ends.h"

struct end ends[2];
uint64_t now;

static void
on_event(void *ctx, const struct bond_event *e)
{
	struct end *end = ctx;
	const size_t used = strlen(end->log);

	assert_int_equal(e->time, now);
	assert_string_not_equal(e->from, e->to);
	if (strcmp(e->kind, "bfd") == 0)
		end->lasted = e->lasted;
	if (strcmp(e->kind, "bfd") == 0 || strcmp(e->kind, "link") == 0)
		snprintf(end->log + used, sizeof(end->log) - used, "%llu %s %s %s->%s: %s\n",
			 (unsigned long long)(now / BOND_MSEC), e->member, e->kind, e->from, e->to,
			 e->reason);
}

struct bond_options
options_of(int n, uint32_t mode)
{
	struct bond_options o = bond_options_default();

	o.mode = mode;
	o.num_peer_notif = 0;
	o.lacp_fast = 1;
	o.seed = 1234567 + (uint64_t)n * 7919;
	o.bfd.interval_ms = 10;
	snprintf(o.bfd.local, sizeof(o.bfd.local), "10.0.0.%d", 1 + n);
	snprintf(o.bfd.remote, sizeof(o.bfd.remote), "10.0.0.%d", 2 - n);
	memcpy(o.system_mac, (uint8_t[]){2, 0, 0, 0, 9, (uint8_t)n}, 6);
	return o;
}

const struct bond_link_fact up = {.carrier = true, .speed_mbps = 10000, .duplex = BOND_DUPLEX_FULL};
const struct bond_link_fact down = {.carrier = false};

void
begin(int n, const struct bond_options *o)
{
	struct end *end = &ends[n];
	const struct bond_hooks hooks = {on_event, end};

	memset(end, 0, sizeof(*end));
	bond_view_clear(&end->view);
	assert_int_equal(bond_init(&end->b, "bond0", o, &hooks, now), 0);
	for (int i = 0; i < MEMBERS; i++) {
		struct bond_member_options mo = bond_member_options_default();
		char name[16];
		uint8_t slot;

		snprintf(name, sizeof(name), "m%d", i);
		memcpy(mo.lacp_mac, (uint8_t[]){2, 0, 0, 0, (uint8_t)n, (uint8_t)i}, 6);
		assert_int_equal(bond_member_add(&end->b, name, &mo, &up, now, &slot), 0);
		assert_int_equal(slot, i);
	}
}

void
begin_both(uint32_t mode)
{
	now = BOND_SEC;
	for (int n = 0; n < 2; n++) {
		const struct bond_options o = options_of(n, mode);

		begin(n, &o);
	}
}

static void
carry(int to, uint8_t slot, const uint8_t *frame, size_t len)
{
	struct end *end = &ends[to];

	if (end->deaf[slot])
		return;
	assert_true(end->n_queue < QUEUE);
	end->queue[end->n_queue].at = now + FLIGHT;
	end->queue[end->n_queue].slot = slot;
	end->queue[end->n_queue].len = len;
	memcpy(end->queue[end->n_queue++].frame, frame, len);
}

/* Refused is only what still comes after the end of a session. */
static void
hear(struct bond *b, const struct flying *f)
{
	const enum bfd_parse parse = bond_bfd_input(b, f->slot, f->frame, f->len, now);

	assert_true(parse == BFD_PARSE_OK ||
		    (parse == BFD_REFUSE_ADMIN_DOWN &&
		     b->member[f->slot].bfd.state == BFD_ADMIN_DOWN) ||
		    (parse == BFD_REFUSE_DISABLED && !b->member[f->slot].bfd.used));
}

/* What a control thread does in a turn. */
void
turn(int n)
{
	uint8_t rejoined;
	struct end *end = &ends[n];
	uint8_t frame[LACP_FRAME_SIZE];
	struct bond_view next;
	unsigned int left = 0;
	size_t len;

	for (unsigned int i = 0; i < end->n_queue; i++) {
		const struct flying *f = &end->queue[i];

		if (f->at > now)
			end->queue[left++] = *f;
		else if (f->frame[12] == 0x88)
			bond_lacp_input(&end->b, f->slot, f->frame, f->len, now);
		else
			hear(&end->b, f);
	}
	end->n_queue = left;
	bond_tick(&end->b, now);
	bond_rejoin_due(&end->b, now, &rejoined); /* taken, or it stays due */
	for (int rounds = 0; end->b.dirty; rounds++) {
		assert_true(rounds < 10);
		bond_elect(&end->b, &end->view, &next);
		end->view = next;
		end->b.dirty = false;
		bond_view_applied(&end->b, &end->view, now);
	}
	for (uint8_t slot = 0; slot < MEMBERS; slot++) {
		while ((len = bond_bfd_output(&end->b, slot, frame, now)) > 0)
			carry(!n, slot, frame, len);
		while ((len = bond_lacp_output(&end->b, slot, frame, now)) > 0)
			carry(!n, slot, frame, len);
	}
}

void
pass(uint64_t span)
{
	const uint64_t until = now + span;
	uint64_t next = now;

	while (next <= until) {
		now = next > now ? next : now;
		turn(0);
		turn(1);
		next = UINT64_MAX;
		for (int n = 0; n < 2; n++) {
			const uint64_t deadline = bond_deadline(&ends[n].b);

			next = deadline < next ? deadline : next;
			for (unsigned int i = 0; i < ends[n].n_queue; i++)
				next = ends[n].queue[i].at < next ? ends[n].queue[i].at : next;
		}
	}
	now = until;
}

enum bfd_state
state_of(int n, uint8_t slot)
{
	return bond_bfd_session(&ends[n].b, slot)->state;
}
