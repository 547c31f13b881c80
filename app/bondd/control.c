/* SPDX-License-Identifier: BSD-3-Clause */
/* control.c - the turn of the control thread: facts in, decisions, one view out. */
#include "control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <rte_malloc.h>

#include "announce.h"
#include "api.h"
#include "balance_io.h"
#include "bfd_io.h"
#include "bondd_bond.h"
#include "bondd_member.h"
#include "buffer_alarm.h"
#include "bury.h"
#include "host.h"
#include "host_forward.h"
#include "host_net.h"
#include "host_ns.h"
#include "kernel.h"
#include "lacp_io.h"
#include "log.h"
#include "macs.h"
#include "member.h"
#include "netdev.h"
#include "plug.h"
#include "probe_io.h"
#include "publish.h"
#include "punt_alarm.h"
#include "punt_io.h"
#include "reset.h"
#include "vlans.h"

#define TURN_MAX   (10 * BOND_MSEC) /* punted frames wait no longer than this */
#define TURN_GRACE (BOND_MSEC / 2)  /* while something waits for the workers, or for a frame */

struct bondd_bond *
bondd_find(const struct bondd *d, const char *name)
{
	for (uint32_t i = 0; i < d->n_bonds; i++)
		if (strcmp(d->bond[i]->core.name, name) == 0)
			return d->bond[i];
	return NULL;
}

static void
look_at_links(struct bondd *d, bool all)
{
	for (uint32_t i = 0; i < d->n_bonds; i++) {
		struct bondd_bond *b = d->bond[i];

		for (uint8_t o = 0; o < b->core.n_members; o++) {
			const uint8_t slot = b->core.order[o];
			struct bondd_member *m = &b->member[slot];
			const uint64_t interval = member_poll_interval(b, m);

			if (!all && d->now < m->link_poll_at)
				continue;
			m->link_poll_at = interval == BOND_NEVER ? BOND_NEVER : d->now + interval;
			bond_member_link(&b->core, slot, member_look(d, m), d->now);
		}
	}
}

static void
on_link_interrupt(struct loop_source *source, uint32_t events)
{
	struct bondd *d = source->arg;
	uint64_t count;

	(void)events;
	if (read(source->fd, &count, sizeof(count)) < 0)
		return;
	d->now = loop_now();
	look_at_links(d, true);
}

/*
 * A message is only a reason to look: what it says may be outdated by what was read meanwhile, and
 * would then look like a change.
 */
static void
on_kernel_link(void *ctx, const struct kernel_link *link, bool gone)
{
	struct bondd *d = ctx;

	for (uint32_t i = 0; i < d->n_bonds; i++) {
		struct bondd_bond *b = d->bond[i];

		host_net_changed(b);
		host_forward_changed(b);
		if (link->ifindex == b->host.ifindex && b->host.netns == 0) {
			b->host.sync_at = 0;
			b->host.lost |= gone;
			return;
		}
		for (uint8_t o = 0; o < b->core.n_members; o++) {
			struct bondd_member *m = &b->member[b->core.order[o]];

			if (m->netdev == NULL || netdev_ifindex(m->netdev) != link->ifindex)
				continue;
			m->link_poll_at = 0;
			if (gone)
				member_lose(m);
		}
	}
}

static void
on_kernel_address(void *ctx)
{
	struct bondd *d = ctx;

	for (uint32_t i = 0; i < d->n_bonds; i++)
		host_net_changed(d->bond[i]);
}

static void
on_kernel_groups(void *ctx)
{
	struct bondd *d = ctx;

	for (uint32_t i = 0; i < d->n_bonds; i++)
		d->bond[i]->host.sync_at = 0;
}

static void
on_kernel_resync(void *ctx)
{
	struct bondd *d = ctx;

	log_warning("netlink events were lost: looking at everything again");
	look_at_links(d, true);
	for (uint32_t i = 0; i < d->n_bonds; i++)
		host_resync(d->bond[i]);
}

static void
on_kernel_event(struct loop_source *source, uint32_t events)
{
	struct bondd *d = source->arg;

	(void)events;
	d->now = loop_now();
	kernel_dispatch(d->kernel);
}

/* Somebody waits for the address that the host asked for, or is asked for. */
static void
on_punt(struct loop_source *source, uint32_t events)
{
	struct bondd *d = source->arg;

	(void)events;
	dp_punt_seen(&d->dp);
}

static uint64_t
turn_deadline(const struct bondd *d)
{
	const bool rest = dp_limbo_empty(&d->dp.limbo) && d->departures == NULL;
	uint64_t at = d->now + (rest ? TURN_MAX : TURN_GRACE);

	for (uint32_t i = 0; i < d->n_bonds; i++) {
		uint64_t due = bond_deadline(&d->bond[i]->core);

		if (bond_lacp_expects(&d->bond[i]->core, d->now) && d->now + TURN_GRACE < due)
			due = d->now + TURN_GRACE;
		if (due < at)
			at = due;
		if (bfd_io_deadline(d->bond[i]) < at)
			at = bfd_io_deadline(d->bond[i]);
	}
	return at > d->now ? at - d->now : 0;
}

/* Facts first, then what is due, then one view for both, then what the outside is told. */
static void
turn(struct bondd *d)
{
	d->now = loop_now();
	reset_begin(d);
	bury_turn(d);
	plug_turn(d);
	look_at_links(d, false);
	buffer_alarm(d);
	for (uint32_t i = 0; i < d->n_bonds; i++) {
		if (d->bond[i]->host.lost) /* before anybody looks at what has its index now */
			host_ns_follow(d->bond[i]);
		balance_io_receive(d->bond[i]);
		punt_io_receive(d->bond[i]);
		punt_alarm(d->bond[i]);
		probe_io_count(d->bond[i]);
		host_net_sync(d->bond[i]);
		host_forward_sync(d->bond[i]);
	}
	dp_reclaim(&d->dp.limbo); /* views that are in force by now count before the timers */
	for (uint32_t i = 0; i < d->n_bonds; i++) {
		bond_tick(&d->bond[i]->core, d->now);
		balance_io_measure(d->bond[i]);
	}
	bondd_member_turn(d);
	publish_views(d);
	for (uint32_t i = 0; i < d->n_bonds; i++) {
		macs_apply(d->bond[i]);
		host_filter_follow(d->bond[i]);
		balance_io_send(d->bond[i]);
		lacp_io_send(d->bond[i]);
		bfd_io_send(d->bond[i]);
		probe_io_send(d->bond[i]);
		announce(d->bond[i]);
		host_sync(d->bond[i]);
	}
	vlans_turn(d);
	event_gate_tick(&d->gate, d->now);
	api_tick(d->api, d->now);
}

static struct loop_source kernel_source, interrupt_source, punt_source;

int
control_start(struct bondd *d, struct conf_err *err)
{
	const struct kernel_hooks hooks = {on_kernel_link, on_kernel_address, on_kernel_groups,
					   on_kernel_resync, d};
	int rc;

	d->now = loop_now();
	d->link_event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	rc = d->link_event_fd < 0 ? -errno : kernel_open(&d->kernel, &hooks);
	d->bond = calloc(d->conf->n_bonds, sizeof(d->bond[0]));
	if (rc < 0 || d->bond == NULL) {
		snprintf(err->msg, sizeof(err->msg), "netlink: %s",
			 strerror(rc < 0 ? -rc : ENOMEM));
		control_stop(d);
		return rc < 0 ? rc : -ENOMEM;
	}
	netdev_recover(d->kernel);
	bondd_bond_events(d);
	plug_start(d->link_event_fd);
	for (uint32_t i = 0; i < d->conf->n_bonds; i++) {
		rc = bondd_bond_open(d, &d->conf->bonds[i], &d->bond[i], err);
		if (rc < 0) {
			control_stop(d);
			return rc;
		}
		d->n_bonds++;
	}
	kernel_source = (struct loop_source){kernel_event_fd(d->kernel), on_kernel_event, d};
	interrupt_source = (struct loop_source){d->link_event_fd, on_link_interrupt, d};
	punt_source = (struct loop_source){d->dp.punt_fd, on_punt, d};
	rc = loop_add(&d->loop, &kernel_source, EPOLLIN);
	if (rc == 0)
		rc = loop_add(&d->loop, &punt_source, EPOLLIN);
	if (rc == 0)
		rc = loop_add(&d->loop, &interrupt_source, EPOLLIN);
	if (rc < 0) {
		snprintf(err->msg, sizeof(err->msg), "epoll: %s", strerror(-rc));
		control_stop(d);
		return rc;
	}
	turn(d);
	return 0;
}

void
control_run(struct bondd *d)
{
	for (uint32_t i = 0; i < d->n_bonds; i++)
		host_started(d->bond[i]);
	while (!d->stop) {
		loop_turn(&d->loop, turn_deadline(d));
		turn(d);
	}
	bfd_io_leave(d, turn);
	lacp_io_leave(d, turn);
	event_gate_flush(&d->gate, d->now);
}

void
control_stop(struct bondd *d)
{
	struct dp_view *empty = dp_view_alloc(0);

	if (empty != NULL && dp_view_publish(&d->dp, empty) < 0)
		rte_free(empty);
	dp_stop(&d->dp);
	plug_stop();
	bondd_member_close_all(d);
	d->haunted = !bury_close(d);
	plug_close(d);
	for (uint32_t i = 0; i < d->n_bonds; i++)
		bondd_bond_close(d->bond[i]);
	free(d->bond);
	d->bond = NULL;
	d->n_bonds = 0;
	kernel_close(d->kernel);
	d->kernel = NULL;
	if (d->link_event_fd >= 0)
		close(d->link_event_fd);
}
