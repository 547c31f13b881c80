/* SPDX-License-Identifier: BSD-3-Clause */
/* option.c - the defaults of options, and their change while the bond runs. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bond_machine.h"

#define TEXT_SIZE 48

/* An option for people: its Linux name, where it lies, and how to write it. */
struct row {
	const char *name;
	size_t offset;
	void (*write)(char text[TEXT_SIZE], const char *name, const void *value);
};

static void
write_u32(char text[TEXT_SIZE], const char *name, const void *value)
{
	snprintf(text, TEXT_SIZE, "%s=%" PRIu32, name, *(const uint32_t *)value);
}

static void
write_s32(char text[TEXT_SIZE], const char *name, const void *value)
{
	snprintf(text, TEXT_SIZE, "%s=%" PRId32, name, *(const int32_t *)value);
}

static void
write_bool(char text[TEXT_SIZE], const char *name, const void *value)
{
	snprintf(text, TEXT_SIZE, "%s=%d", name, *(const bool *)value);
}

static void
write_name(char text[TEXT_SIZE], const char *name, const void *value)
{
	snprintf(text, TEXT_SIZE, "%s=%s", name, (const char *)value);
}

static void
write_reselect(char text[TEXT_SIZE], const char *name, const void *value)
{
	static const char *const names[] = {
		[BOND_RESELECT_ALWAYS] = "always",
		[BOND_RESELECT_BETTER] = "better",
		[BOND_RESELECT_FAILURE] = "failure",
	};

	snprintf(text, TEXT_SIZE, "%s=%s", name, names[*(const uint32_t *)value]);
}

#define AT(field) offsetof(struct bond_options, field)
static const struct row bond_rows[] = {
	{"miimon", AT(miimon_ms), write_u32},
	{"updelay", AT(updelay_ms), write_u32},
	{"downdelay", AT(downdelay_ms), write_u32},
	{"peer_notif_delay", AT(peer_notif_delay_ms), write_u32},
	{"num_grat_arp", AT(num_peer_notif), write_u32},
	{"packets_per_slave", AT(packets_per_member), write_u32},
	{"primary", AT(primary), write_name},
	{"primary_reselect", AT(primary_reselect), write_reselect},
	{"all_slaves_active", AT(all_members_active), write_bool},
};
#undef AT

#define AT(field) offsetof(struct bond_member_options, field)
static const struct row member_rows[] = {
	{"prio", AT(prio), write_s32},
	{"queue_id", AT(queue_id), write_u32},
	{"weight", AT(weight), write_u32},
};
#undef AT

#define N_ROWS(rows) (sizeof(rows) / sizeof((rows)[0]))

/* Tell of every option that differs. @param member its name, NULL: options of the bond */
static void
emit_changes(const struct bond *b, const char *member, const struct row *rows, size_t n,
	     const void *old, const void *new, uint64_t now)
{
	for (const struct row *r = rows; r < rows + n; r++) {
		char from[TEXT_SIZE], to[TEXT_SIZE];
		const struct bond_event event = {
			.time = now,
			.member = member,
			.kind = "option",
			.from = from,
			.to = to,
			.reason = "set by the administrator",
			.severity = BOND_INFO,
		};

		r->write(from, r->name, (const char *)old + r->offset);
		r->write(to, r->name, (const char *)new + r->offset);
		if (strcmp(from, to) != 0)
			bond_emit(b, &event);
	}
}

struct bond_options
bond_options_default(void)
{
	return (struct bond_options){
		.mode = BOND_MODE_BALANCE_RR,
		.miimon_ms = 100,
		.num_peer_notif = 1,
		.packets_per_member = 1,
		.primary_reselect = BOND_RESELECT_ALWAYS,
	};
}

int
bond_set_options(struct bond *b, const struct bond_options *options, uint64_t now)
{
	const struct bond_options old = b->options;
	const bool new_primary = strcmp(options->primary, old.primary) != 0;

	if (options->mode != old.mode)
		return -EBUSY;
	if (options->primary_reselect > BOND_RESELECT_FAILURE)
		return -EINVAL;

	b->options = *options;
	emit_changes(b, NULL, bond_rows, N_ROWS(bond_rows), &old, options, now);
	bond_link_shorten(b);
	if (b->notify_left > options->num_peer_notif)
		b->notify_left = options->num_peer_notif;
	bond_foreach_member (b, slot)
		bond_role_update(b, slot, now); /* all_members_active */

	if (new_primary)
		b->force_primary = options->primary[0] != '\0';
	if (new_primary || options->primary_reselect != old.primary_reselect)
		bond_select(b, NULL, now);
	bond_tick(b, now); /* a delay that was shortened may be over */
	return 0;
}

void
bond_member_set_options(struct bond *b, uint8_t slot, const struct bond_member_options *options,
			uint64_t now)
{
	struct bond_member *m = bond_member_at(b, slot);
	const struct bond_member_options old = m->options;

	m->options = *options;
	emit_changes(b, m->name, member_rows, N_ROWS(member_rows), &old, options, now);
	if (options->prio != old.prio)
		bond_select(b, NULL, now);
	bond_settle(b, now);
}
