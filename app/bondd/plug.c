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

#include "absent.h"
#include "bondd_member.h"
#include "log.h"
#include "member.h"
#include "pci.h"

#define LOOK_INTERVAL BOND_SEC
#define MAX_NAMES     32 /* devices that can go within one turn */

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
	struct bondd_absent *a = arg;

	a->closed = true;
	if (a->forgotten)
		absent_free(a->bond->daemon, a);
}

static void
let_go(struct bondd_bond *b, uint8_t slot)
{
	struct bondd_member *m = &b->member[slot];
	const bool leaves = bondd_member_leaves(b, slot); /* then it does not come back */
	struct bondd_absent *a = leaves ? NULL : absent_add(b, slot);

	m->gone = true;
	if (bondd_member_detach(b, slot, BONDD_AT_ONCE, a != NULL ? on_closed : NULL, a) ==
		    -ENOMEM &&
	    a != NULL)
		absent_free(b->daemon, a);
	bondd_event(b, m->conf->name, "device", "plugged", "unplugged",
		    leaves ? "while it was leaving" : "pulled out");
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
take_in(struct bondd_absent *a)
{
	struct bondd_bond *b = a->bond;
	struct conf_err err;
	int rc = bondd_member_attach(b, &a->conf, &err);

	if (rc == 0) {
		bondd_event(b, a->conf.name, "device", "unplugged", "plugged", "put back");
	} else if (rc != -EAGAIN && strncmp(a->why, err.msg, sizeof(a->why) - 1) != 0) {
		snprintf(a->why, sizeof(a->why), "%.255s", err.msg);
		log_warning("%s: trying again every second", err.msg);
	}
	return rc == 0;
}

static void
look_for_back(struct bondd *d)
{
	struct bondd_absent *next;

	for (struct bondd_absent *a = d->absent; a != NULL; a = next) {
		bool ready = a->seen;

		next = a->next;
		if (!a->closed || d->now < a->look_at)
			continue;
		a->look_at = d->now + LOOK_INTERVAL;
		a->seen = pci_is_there(a->conf.port);
		ready &= a->seen; /* for a second: its driver has it by now, and udev its name */
		if (ready && take_in(a))
			absent_free(d, a);
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
	while (d->absent != NULL)
		absent_free(d, d->absent);
}
