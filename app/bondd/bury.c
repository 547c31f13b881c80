/* SPDX-License-Identifier: BSD-3-Clause */
/* bury.c - see bury.h. */
#include "bury.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "log.h"
#include "member.h"

#define PATIENCE_MS 1000 /* at the end of the daemon */

struct bondd_burial {
	struct bondd_burial *next;
	struct bondd_member member;
	pthread_t thread;
	atomic_bool closed; /* the thread has nothing more to do */
	void (*done)(void *arg);
	void *arg;
};

static void *
run(void *arg)
{
	struct bondd_burial *x = arg;

	member_close_port(&x->member);
	atomic_store(&x->closed, true);
	return NULL;
}

/* The port is closed: what is left of the member goes, too. */
static void
finish(struct bondd_burial *x)
{
	log_info("%s: %s: the port of the device that was pulled out is closed",
		 x->member.bond->core.name, x->member.conf->name);
	member_close(&x->member);
	if (x->done != NULL)
		x->done(x->arg);
	free(x);
}

void
bury(struct bondd *d, struct bondd_member *member, void (*done)(void *arg), void *arg)
{
	struct bondd_burial *x = calloc(1, sizeof(*x));

	if (x == NULL) { /* then we wait */
		member_close(member);
		if (done != NULL)
			done(arg);
		return;
	}
	*x = (struct bondd_burial){.member = *member, .done = done, .arg = arg};
	*member = (struct bondd_member){0};
	if (pthread_create(&x->thread, NULL, run, x) != 0) {
		run(x);
		finish(x);
		return;
	}
	x->next = d->burials;
	d->burials = x;
}

void
bury_turn(struct bondd *d)
{
	struct bondd_burial **at = &d->burials, *x;

	while ((x = *at) != NULL) {
		if (!atomic_load(&x->closed)) {
			at = &x->next;
			continue;
		}
		*at = x->next;
		pthread_join(x->thread, NULL);
		finish(x);
	}
}

bool
bury_close(struct bondd *d)
{
	const struct timespec ms = {.tv_nsec = 1000000};

	bury_turn(d);
	for (unsigned int i = 0; i < PATIENCE_MS && d->burials != NULL; i++) {
		nanosleep(&ms, NULL);
		bury_turn(d);
	}
	return d->burials == NULL;
}
