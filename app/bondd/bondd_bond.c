/* SPDX-License-Identifier: BSD-3-Clause */
/* bondd_bond.c - assembles a bond from its configuration: ports, addresses, host, core. */
#include "bondd_bond.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "balance_io.h"
#include "bondd_member.h"
#include "host.h"
#include "log.h"
#include "member.h"

static uint64_t
wall_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * BOND_SEC + t.tv_nsec;
}

/* Hard to guess, or at least different each time. */
static uint64_t
random_seed(void)
{
	uint64_t seed;

	return getrandom(&seed, sizeof(seed), GRND_NONBLOCK) == sizeof(seed) ? seed : wall_clock();
}

static void
log_event(const struct bond_event *e, enum log_level level, const char *line)
{
	if (e->member != NULL)
		log_line(level, "%s: (slave %s): %s", e->bond, e->member, line);
	else
		log_line(level, "%s: %s", e->bond, line);
}

/* In the core's words, which are those of Linux where it has some. */
static void
tell(void *ctx, const struct bond_event *e)
{
	static const enum log_level levels[] = {[BOND_INFO] = LOG_LEVEL_INFO,
						[BOND_NOTICE] = LOG_LEVEL_NOTICE,
						[BOND_WARNING] = LOG_LEVEL_WARNING};
	struct bondd *d = ctx;

	eventlog_add(&d->events, e, wall_clock());
	if (e->log_first != NULL)
		log_event(e, levels[e->severity], e->log_first);
	if (e->log_line != NULL)
		log_event(e, levels[e->severity], e->log_line);
	else
		log_debug("%s%s%s: %s: %s -> %s: %s", e->bond, e->member != NULL ? "/" : "",
			  e->member != NULL ? e->member : "", e->kind, e->from, e->to, e->reason);
}

void
bondd_bond_events(struct bondd *d)
{
	d->gate.out = (struct bond_hooks){.event = tell, .ctx = d};
}

static void
on_event(void *ctx, const struct bond_event *e)
{
	struct bondd_bond *b = ctx;

	event_gate_pass(&b->daemon->gate, e);
}

void
bondd_event(struct bondd_bond *b, const char *member, const char *kind, const char *from,
	    const char *to, const char *reason)
{
	const struct bond_event e = {.time = b->daemon->now,
				     .bond = b->core.name,
				     .member = member,
				     .kind = kind,
				     .from = from,
				     .to = to,
				     .reason = reason,
				     .severity = BOND_NOTICE};

	eventlog_add(&b->daemon->events, &e, wall_clock());
	log_notice("%s%s%s: %s %s -> %s: %s", b->core.name, member != NULL ? "/" : "",
		   member != NULL ? member : "", kind, from, to, reason);
}

/* One made from the name: the same every time. */
static void
make_mac(const struct bondd_bond *b, uint8_t mac[6])
{
	uint32_t hash = 2166136261u; /* FNV-1a */

	for (const char *c = b->conf->name; *c != '\0'; c++)
		hash = (hash ^ (uint8_t)*c) * 16777619u;
	memcpy(mac, (uint8_t[]){0x02, 0xbd, hash >> 24, hash >> 16, hash >> 8, hash}, 6);
}

/* The configured address, or that of the first member that has one, or one made from the name. */
static void
choose_mac(const struct bondd_bond *b, const struct bondd_member *opened, uint8_t mac[6])
{
	if (!b->conf->mac_auto) {
		memcpy(mac, b->conf->mac, 6);
		return;
	}
	for (uint32_t i = 0; i < b->conf->n_members; i++)
		if (member_has_mac(&opened[i])) {
			memcpy(mac, opened[i].perm_mac, 6);
			return;
		}
	make_mac(b, mac);
}

void
bondd_bond_name(struct identity *id, const struct bondd_member *m)
{
	struct identity_member *to = &id->member[id->n++];

	snprintf(to->name, sizeof(to->name), "%s", m->conf->name);
	memcpy(to->mac, m->perm_mac, sizeof(to->mac));
}

void
bondd_bond_remember(struct bondd_bond *b, struct identity *now)
{
	const char *dir = b->daemon->conf->runtime.state_dir;
	const bool news = identity_decide(&b->identity, now);
	int rc;

	b->identity = *now;
	rc = news ? identity_write(dir, b->conf->name, now) : 0;
	if (rc < 0)
		log_warning("%s: %s/%s.json cannot be written (%s): after a restart partners may "
			    "see another system",
			    b->conf->name, dir, b->conf->name, strerror(-rc));
}

/* Who the bond and its members are for LACP, as after the last start if they are still the same. */
static void
identify(struct bondd_bond *b, const struct bondd_member *opened, const uint8_t mac[6])
{
	const char *dir = b->daemon->conf->runtime.state_dir;
	struct identity now = {0};
	int rc = identity_read(dir, b->conf->name, &b->identity);

	memcpy(now.system, mac, 6);
	for (uint32_t i = 0; i < b->conf->n_members; i++)
		bondd_bond_name(&now, &opened[i]);
	if (rc < 0 && rc != -ENOENT && rc != -ENOTDIR)
		log_warning("%s: %s/%s.json does not say who we were (%s): starting anew",
			    b->conf->name, dir, b->conf->name, strerror(-rc));
	bondd_bond_remember(b, &now);
}

/*
 * The core begins once it is known who the bond is. An address that nobody chose is the first
 * member's; one made up stands in when that leaves.
 */
static int
begin(struct bondd_bond *b, const uint8_t mac[6], const uint8_t system[6], struct conf_err *err)
{
	const struct bond_hooks hooks = {.event = on_event, .ctx = b};
	struct bond_options options = b->conf->options;
	int rc;

	memcpy(options.system_mac, system, 6);
	memcpy(options.mac.start, mac, 6);
	options.mac.donated = b->conf->mac_auto;
	make_mac(b, options.mac.spare);
	options.seed = random_seed();
	rc = bond_init(&b->core, b->conf->name, &options, &hooks, b->daemon->now);
	if (rc == 0)
		rc = balance_io_open(b);
	if (rc < 0)
		snprintf(err->msg, sizeof(err->msg), "%s: the core refuses its options: %s",
			 b->conf->name, strerror(-rc));
	return rc;
}

static int
assemble(struct bondd_bond *b, struct bondd_member *opened, struct conf_err *err)
{
	uint8_t mac[6];
	int rc = host_choose(b, err);

	for (uint32_t i = 0; i < b->conf->n_members && rc == 0; i++)
		rc = member_open(b, &opened[i], &b->conf->member[i], b->daemon->link_event_fd, err);
	if (rc < 0)
		return rc;
	choose_mac(b, opened, mac);
	if (bond_mode_by_number(b->conf->options.mode)->lacp)
		identify(b, opened, mac);
	rc = begin(b, mac, b->conf->mac_auto && b->identity.n > 0 ? b->identity.system : mac, err);
	if (rc == 0)
		rc = host_open(b, mac, err);
	for (uint32_t i = 0; i < b->conf->n_members && rc == 0; i++)
		rc = bondd_member_join(b, &opened[i], mac, err);
	if (rc < 0 || b->conf->active_member[0] == '\0')
		return rc;
	if (bond_activate(&b->core, bond_member_find(&b->core, b->conf->active_member),
			  b->daemon->now) < 0)
		log_warning("%s: active_slave = \"%s\": its link is not up: not used",
			    b->conf->name, b->conf->active_member);
	return 0;
}

int
bondd_bond_open(struct bondd *d, const struct conf_bond *conf, struct bondd_bond **out,
		struct conf_err *err)
{
	struct bondd_bond *b = calloc(1, sizeof(*b));
	struct bondd_member *opened = calloc(BOND_MAX_MEMBERS, sizeof(*opened));
	int rc = -ENOMEM;

	snprintf(err->msg, sizeof(err->msg), "%s: no memory", conf->name);
	if (b != NULL && opened != NULL) {
		b->daemon = d;
		b->settings = *conf;
		b->conf = &b->settings;
		bond_view_clear(&b->view);
		rc = assemble(b, opened, err);
	}
	if (rc < 0) {
		for (uint32_t i = 0; opened != NULL && i < BOND_MAX_MEMBERS; i++)
			member_close(&opened[i]);
		bondd_bond_close(b);
		b = NULL;
	}
	free(opened);
	*out = b;
	return rc;
}

void
bondd_bond_close(struct bondd_bond *b)
{
	if (b == NULL)
		return;
	host_close(b);
	balance_io_close(b);
	kernel_net_free(&b->net);
	for (uint8_t slot = 0; slot < BOND_MAX_MEMBERS; slot++)
		if (b->member[slot].used)
			member_close(&b->member[slot]);
	free(b);
}
