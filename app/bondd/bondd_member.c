/* SPDX-License-Identifier: BSD-3-Clause */
/* bondd_member.c - lets members join a bond, and lets them leave it while it goes on. */
#include "bondd_member.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bondd_bond.h"
#include "bury.h"
#include "host.h"
#include "log.h"
#include "macs.h"
#include "member.h"

#define FAREWELL_MAX (250 * BOND_MSEC)
#define LINGER       (100 * BOND_MSEC) /* frames are under way to it, and others have to learn */

enum stage {
	STAGE_FAREWELL, /* the core still has it */
	STAGE_HIDE,     /* the next view is without it */
	STAGE_GRACE,    /* that view is published, but may not yet be that of all workers */
};

/* A member on its way out. */
struct bondd_departure {
	struct bondd_departure *next;
	struct bondd_bond *bond;
	enum stage stage;
	uint8_t slot;
	bool polite;
	uint64_t deadline;          /* of the farewell */
	uint64_t left_at;           /* it has been said; 0: not yet */
	uint64_t generation;        /* of the last view that has it */
	struct bondd_member member; /* once the core has forgotten it */
	void (*done)(void *arg);
	void *arg;
};

static uint16_t
lacp_port_of(const struct bondd_bond *b, const char *name)
{
	for (uint32_t i = 0; i < b->identity.n; i++)
		if (strcmp(b->identity.member[i].name, name) == 0)
			return b->identity.member[i].port;
	return 0;
}

/* As it was before the core knew of it. No view was published meanwhile. */
static void
take_back(struct bondd_bond *b, uint8_t slot, struct bondd_member *opened)
{
	bond_member_remove(&b->core, slot, b->daemon->now);
	*opened = b->member[slot];
	b->member[slot] = (struct bondd_member){0};
}

int
bondd_member_join(struct bondd_bond *b, struct bondd_member *opened, const uint8_t mac[6],
		  struct conf_err *err)
{
	const struct conf_member *conf = opened->conf;
	struct bond_member_options options = conf->options;
	uint8_t slot;
	int rc;

	member_look(b->daemon, opened);
	/* What LACP calls the member: its number, and its own address. */
	options.lacp_port = lacp_port_of(b, conf->name);
	memcpy(options.lacp_mac, member_has_mac(opened) ? opened->perm_mac : mac, 6);
	memcpy(options.perm_mac, opened->perm_mac, 6);
	rc = bond_member_add(&b->core, conf->name, &options, &opened->fact, b->daemon->now, &slot);
	if (rc < 0) {
		snprintf(err->msg, sizeof(err->msg), "%s: %s: cannot join: %s", b->conf->name,
			 conf->name, strerror(-rc));
		return rc;
	}
	b->member[slot] = *opened;
	b->member[slot].bond = b;
	*opened = (struct bondd_member){0};
	rc = macs_apply_member(b, slot);
	if (rc < 0) {
		snprintf(err->msg, sizeof(err->msg), "%s: %s: cannot take its MAC address: %s",
			 b->conf->name, conf->name, strerror(-rc));
		take_back(b, slot, opened);
		return rc;
	}
	host_filter_member(b, &b->member[slot]);
	return 0;
}

/* The slot of one that left may be named in views whose grace period is not over. */
static bool
has_departures(const struct bondd_bond *b)
{
	for (const struct bondd_departure *x = b->daemon->departures; x != NULL; x = x->next)
		if (x->bond == b)
			return true;
	return false;
}

/* The newcomer gets the number that it had before, or a new one. */
static void
identify(struct bondd_bond *b, const struct bondd_member *newcomer)
{
	struct identity now = {0};

	memcpy(now.system, b->identity.system, sizeof(now.system));
	bond_foreach_member (&b->core, slot)
		bondd_bond_name(&now, &b->member[slot]);
	bondd_bond_name(&now, newcomer);
	bondd_bond_remember(b, &now);
}

int
bondd_member_attach(struct bondd_bond *b, const struct conf_member *conf, struct conf_err *err)
{
	struct bondd_member opened = {0};
	int rc;

	if (has_departures(b)) {
		snprintf(err->msg, sizeof(err->msg), "%s: a member is just leaving: try again",
			 b->conf->name);
		return -EAGAIN;
	}
	if (b->core.n_members == BOND_MAX_MEMBERS) {
		snprintf(err->msg, sizeof(err->msg), "%s: has %d members, which is the limit",
			 b->conf->name, BOND_MAX_MEMBERS);
		return -ENOSPC;
	}
	if (b->host.mtu != 0)
		b->settings.mtu = b->host.mtu; /* that of its port too */
	rc = member_open(b, &opened, conf, b->daemon->link_event_fd, err);
	if (rc < 0)
		return rc == -EAGAIN ? -EIO : rc; /* nobody waits for what a driver may mean */
	if (b->core.mode->lacp)
		identify(b, &opened);
	rc = bondd_member_join(b, &opened, b->core.mac, err);
	if (rc < 0)
		member_close(&opened);
	return rc;
}

static struct bondd_departure *
find(const struct bondd_bond *b, uint8_t slot)
{
	for (struct bondd_departure *x = b->daemon->departures; x != NULL; x = x->next)
		if (x->bond == b && x->slot == slot && x->stage == STAGE_FAREWELL)
			return x;
	return NULL;
}

bool
bondd_member_departs(const struct bondd_bond *b, const char *name)
{
	for (const struct bondd_departure *x = b->daemon->departures; x != NULL; x = x->next)
		if (x->bond == b &&
		    strcmp(name, x->stage == STAGE_FAREWELL ? b->member[x->slot].conf->name
							    : x->member.conf->name) == 0)
			return true;
	return false;
}

bool
bondd_member_leaves(const struct bondd_bond *b, uint8_t slot)
{
	return find(b, slot) != NULL;
}

int
bondd_member_detach(struct bondd_bond *b, uint8_t slot, enum bondd_farewell farewell,
		    void (*done)(void *arg), void *arg)
{
	struct bondd *d = b->daemon;
	struct bondd_departure *x = find(b, slot);

	if (x != NULL) {
		x->polite &= farewell == BONDD_POLITE; /* pulled out while it took leave */
		return -EALREADY;
	}
	x = malloc(sizeof(*x));
	if (x == NULL)
		return -ENOMEM;
	*x = (struct bondd_departure){.next = d->departures,
				      .bond = b,
				      .stage = STAGE_FAREWELL,
				      .slot = slot,
				      .polite = farewell == BONDD_POLITE,
				      .deadline = d->now + FAREWELL_MAX,
				      .done = done,
				      .arg = arg};
	d->departures = x;
	if (x->polite) {
		bond_member_linger(&b->core, slot, d->now);
		bond_member_leave(&b->core, slot, d->now);
	}
	return 0;
}

/* Told, or given up, and what was under way has come. */
static bool
has_taken_leave(struct bondd_departure *x, uint64_t now)
{
	const struct bond *core = &x->bond->core;

	if (!x->polite)
		return true;
	if (x->left_at == 0 && bond_member_left(core, x->slot) &&
	    dp_ctrl_sent(x->bond->member[x->slot].port))
		x->left_at = now;
	if (x->left_at == 0 && now >= x->deadline) {
		log_warning("%s: %s: its partner could not be told that it leaves", core->name,
			    core->member[x->slot].name);
		x->left_at = now;
	}
	return x->left_at != 0 && now >= x->left_at + LINGER;
}

static void
leave_core(struct bondd_departure *x)
{
	struct bondd_bond *b = x->bond;
	const uint64_t now = b->daemon->now;

	if (!has_taken_leave(x, now) || b->member[x->slot].reset == BONDD_RESET_GRACE)
		return; /* in the latter case the port is reset first */
	bond_member_remove(&b->core, x->slot, now);
	x->member = b->member[x->slot];
	b->member[x->slot] = (struct bondd_member){0};
	b->core.dirty = true;
	x->generation = b->daemon->dp.generation;
	x->stage = STAGE_HIDE;
}

/* No worker sees it. */
static void
finish(void *arg)
{
	struct bondd_departure *x = arg, **link = &x->bond->daemon->departures;
	char name[BOND_NAME_SIZE];

	while (*link != x)
		link = &(*link)->next;
	*link = x->next;
	if (x->member.gone) {
		bury(x->bond->daemon, &x->member, x->done, x->arg);
		free(x);
		return;
	}
	snprintf(name, sizeof(name), "%s", x->member.conf->name);
	member_close(&x->member);
	log_info("%s: %s: its port is closed and given back", x->bond->core.name, name);
	if (x->done != NULL)
		x->done(x->arg);
	free(x);
}

void
bondd_member_turn(struct bondd *d)
{
	for (struct bondd_departure *x = d->departures; x != NULL; x = x->next)
		if (x->stage == STAGE_FAREWELL) {
			leave_core(x);
		} else if (x->stage == STAGE_HIDE && x->generation != d->dp.generation &&
			   dp_may_defer(&d->dp.limbo)) {
			x->stage = STAGE_GRACE;
			dp_defer(&d->dp.limbo, finish, x);
		}
}

void
bondd_member_close_all(struct bondd *d)
{
	struct bondd_departure *x, *next;

	for (x = d->departures; x != NULL; x = next) {
		next = x->next;
		if (x->stage == STAGE_FAREWELL) { /* closed with its bond */
			d->departures = next;
			free(x);
		} else {
			finish(x);
		}
	}
	d->departures = NULL;
}
