/* SPDX-License-Identifier: BSD-3-Clause */
/* plug.c - lets members go whose device went, and takes them in again when it came back. */
#define ALLOW_EXPERIMENTAL_API /* device events: in DPDK since 18.05, and still called so */
#include "plug.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_dev.h>

#include "bondd_member.h"
#include "log.h"
#include "member.h"
#include "pci.h"

#define LOOK_INTERVAL BOND_SEC
#define MAX_NAMES     32 /* devices that can go within one turn */

/* A member that waits for its device. */
struct bondd_plug {
	struct bondd_plug *next;
	struct bondd_bond *bond;
	struct conf_member conf;
	bool closed;      /* its port is; then it may come back */
	uint64_t look_at; /* when to look for the device */
	bool seen;        /* it was there the last time */
	char why[256];    /* it was not taken in, as last logged */
};

/* Written by EAL's thread, read by the control thread. */
static struct {
	pthread_mutex_t lock;
	int wake_fd;
	unsigned int n;
	char name[MAX_NAMES][32];
} gone = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake_fd = -1};

static void
on_device(const char *name, enum rte_dev_event_type type, void *arg)
{
	const uint64_t one = 1;
	ssize_t n = 0;

	(void)arg;
	if (type != RTE_DEV_EVENT_REMOVE || name == NULL)
		return;
	pthread_mutex_lock(&gone.lock);
	if (gone.n < MAX_NAMES)
		snprintf(gone.name[gone.n++], sizeof(gone.name[0]), "%.31s", name);
	n = write(gone.wake_fd, &one, sizeof(one));
	pthread_mutex_unlock(&gone.lock);
	(void)n; /* it is found once a second, too */
}

void
plug_start(int wake_fd)
{
	if (gone.wake_fd >= 0)
		return;
	gone.wake_fd = wake_fd;
	rte_dev_event_callback_register(NULL, on_device, NULL);
	rte_dev_event_monitor_start();
	rte_dev_hotplug_handle_enable(); /* uio devices vanish while they are in use */
}

void
plug_stop(void)
{
	if (gone.wake_fd < 0)
		return;
	rte_dev_hotplug_handle_disable();
	rte_dev_event_monitor_stop();
	rte_dev_event_callback_unregister(NULL, on_device, NULL);
	gone.wake_fd = -1;
}

static bool
is_reported(const char *port_name)
{
	bool is = false;

	pthread_mutex_lock(&gone.lock);
	for (unsigned int i = 0; i < gone.n; i++)
		is |= strcmp(gone.name[i], port_name) == 0;
	pthread_mutex_unlock(&gone.lock);
	return is;
}

static void
on_closed(void *arg)
{
	struct bondd_plug *p = arg;

	p->closed = true;
}

static void
let_go(struct bondd_bond *b, uint8_t slot)
{
	struct bondd *d = b->daemon;
	struct bondd_member *m = &b->member[slot];
	struct bondd_plug *p = calloc(1, sizeof(*p));
	int rc;

	m->gone = true;
	if (p != NULL)
		*p = (struct bondd_plug){.bond = b, .conf = *m->conf, .next = d->plugs};
	rc = bondd_member_detach(b, slot, BONDD_AT_ONCE, p != NULL ? on_closed : NULL, p);
	bondd_event(b, m->conf->name, "device", "plugged", "unplugged",
		    rc == -EALREADY ? "while it was leaving" : "pulled out");
	if (rc == 0 && p != NULL)
		d->plugs = p;
	else
		free(p); /* it was leaving anyway */
}

static void
look_for_gone(struct bondd *d, bool all)
{
	for (uint32_t i = 0; i < d->n_bonds; i++)
		bond_foreach_member (&d->bond[i]->core, slot) {
			struct bondd_member *m = &d->bond[i]->member[slot];

			if (m->gone || m->pci == NULL)
				continue;
			if (atomic_load(&m->port->gone) || is_reported(m->port_name) ||
			    (all && !pci_is_there(m->port_name)))
				let_go(d->bond[i], slot);
		}
	pthread_mutex_lock(&gone.lock);
	gone.n = 0;
	pthread_mutex_unlock(&gone.lock);
}

/* @return whether there is nothing more to wait for */
static bool
take_in(struct bondd_plug *p)
{
	struct bondd_bond *b = p->bond;
	struct conf_err err;
	int rc;

	if (bond_member_find(&b->core, p->conf.name) != BOND_NONE)
		return true; /* somebody was faster */
	rc = bondd_member_attach(b, &p->conf, &err);
	if (rc == 0) {
		bondd_event(b, p->conf.name, "device", "unplugged", "plugged", "put back");
	} else if (rc != -EAGAIN && strncmp(p->why, err.msg, sizeof(p->why) - 1) != 0) {
		snprintf(p->why, sizeof(p->why), "%.255s", err.msg);
		log_warning("%s: trying again every second", err.msg);
	}
	return rc == 0;
}

static void
forget(struct bondd *d, struct bondd_plug *p)
{
	struct bondd_plug **at = &d->plugs;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	free(p);
}

static void
look_for_back(struct bondd *d)
{
	struct bondd_plug *next;

	for (struct bondd_plug *p = d->plugs; p != NULL; p = next) {
		bool ready = p->seen;

		next = p->next;
		if (!p->closed || d->now < p->look_at)
			continue;
		p->look_at = d->now + LOOK_INTERVAL;
		p->seen = pci_is_there(p->conf.port);
		ready &= p->seen; /* for a second: its driver has it by now, and udev its name */
		if (ready && take_in(p))
			forget(d, p);
	}
}

void
plug_turn(struct bondd *d)
{
	const bool all = d->now >= d->plug_at;

	if (all)
		d->plug_at = d->now + LOOK_INTERVAL;
	look_for_gone(d, all);
	look_for_back(d);
}

void
plug_close(struct bondd *d)
{
	while (d->plugs != NULL)
		forget(d, d->plugs);
}
