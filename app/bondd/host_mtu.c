/* SPDX-License-Identifier: BSD-3-Clause */
/* host_mtu.c - one MTU for the host interface and all members, whoever changes it; what is refused says what would do. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "host.h"
#include "kernel.h"
#include "log.h"
#include "member.h"

/* The largest MTU that everybody carries, and who stands in the way of more. */
struct limit {
	uint32_t mtu;
	const char *who, *driver;
};

static const char *
host_name(const struct bondd_host *h)
{
	return h->ifindex != 0 ? h->ifname : "the host port";
}

static struct limit
limit_of(const struct bondd_bond *b)
{
	const struct bondd_host *h = &b->host;
	struct limit least = {h->port->max_mtu, host_name(h), h->port->driver};

	for (uint8_t i = 0; i < b->core.n_members; i++) {
		const struct bondd_member *m = &b->member[b->core.order[i]];
		const uint32_t mtu = member_max_mtu(m);

		if (mtu < least.mtu)
			least = (struct limit){mtu, m->conf->name, m->driver};
	}
	return least;
}

/* Why not, and what would work. @param who refused it, if all promised to carry it */
static void
explain(const struct bondd_bond *b, uint32_t mtu, const char *who, int rc, char *reason,
	size_t size)
{
	const struct limit least = limit_of(b);

	if (mtu > least.mtu)
		snprintf(reason, size, "%s (%s) carries an MTU of %u at most, not %u", least.who,
			 least.driver, least.mtu, mtu);
	else if (rc == -EBUSY && b->host.ifindex == 0 && who == host_name(&b->host))
		snprintf(reason, size,
			 "%s (%s) takes an MTU of %u at a start only: set it in the configuration "
			 "and start the daemon anew",
			 who, b->host.port->driver, mtu);
	else
		snprintf(reason, size, "%s refuses an MTU of %u (%s), and keeps %u", who, mtu,
			 strerror(-rc), b->host.mtu);
}

/* Set every member; when one refuses, those before it go back. @return 0 or -errno */
static int
set_all(struct bondd_bond *b, uint32_t mtu, const char **who)
{
	for (uint8_t i = 0; i < b->core.n_members; i++) {
		struct bondd_member *m = &b->member[b->core.order[i]];
		int rc = member_set_mtu(m, mtu);

		if (rc == 0)
			continue;
		*who = m->conf->name;
		while (i-- > 0)
			member_set_mtu(&b->member[b->core.order[i]], b->host.mtu);
		return rc;
	}
	return 0;
}

void
host_mtu_changed(struct bondd_bond *b, uint32_t mtu)
{
	const char *who = host_name(&b->host);
	char from[16], to[16], why[160], reason[192];
	int rc = mtu <= limit_of(b).mtu ? set_all(b, mtu, &who) : -EINVAL;

	snprintf(from, sizeof(from), "%u", b->host.mtu);
	snprintf(to, sizeof(to), "%u", mtu);
	if (rc < 0) {
		explain(b, mtu, who, rc, why, sizeof(why));
		snprintf(reason, sizeof(reason), "%s: written back", why);
		log_warning("%s: %s", b->core.name, reason);
		bondd_event(b, NULL, "mtu", to, from, reason);
		kernel_set_mtu(b->host.kernel, b->host.ifindex, b->host.mtu);
		return;
	}
	b->host.mtu = mtu;
	bondd_event(b, NULL, "mtu", from, to, "changed on the host interface");
}

static int
set_own(struct bondd_bond *b, uint32_t mtu, const char **who)
{
	struct bondd_host *h = &b->host;
	int rc;

	*who = host_name(h);
	if (h->ifindex != 0)
		return kernel_set_mtu(h->kernel, h->ifindex, mtu);
	rc = dp_port_set_mtu(h->port, (uint16_t)mtu);
	if (rc == 0 &&
	    h->port->mtu_waits) { /* it would have to stop, which a host port never does */
		h->port->mtu_waits = false;
		h->port->mtu = (uint16_t)h->mtu;
		return -EBUSY;
	}
	return rc == -ENOTSUP ? 0 : rc; /* its far end knows nothing of an MTU */
}

/* Never is the host told of more than the members carry: it comes first down and last up. */
static int
set(struct bondd_bond *b, uint32_t mtu, const char **who)
{
	const uint32_t old = b->host.mtu;
	const char *ignored;
	int rc = mtu < old ? set_own(b, mtu, who) : 0;

	if (rc < 0)
		return rc;
	rc = set_all(b, mtu, who);
	if (rc < 0 && mtu < old)
		set_own(b, old, &ignored);
	if (rc < 0 || mtu < old)
		return rc;
	rc = set_own(b, mtu, who);
	if (rc < 0)
		set_all(b, old, &ignored);
	return rc;
}

int
host_set_mtu(struct bondd_bond *b, uint32_t mtu, char *reason, size_t size)
{
	struct bondd_host *h = &b->host;
	const char *who = host_name(h);
	char from[16], to[16];
	int rc = mtu <= limit_of(b).mtu ? set(b, mtu, &who) : -EINVAL;

	if (rc < 0) {
		explain(b, mtu, who, rc, reason, size);
		return rc;
	}
	snprintf(from, sizeof(from), "%u", h->mtu);
	snprintf(to, sizeof(to), "%u", mtu);
	h->mtu = mtu;
	bondd_event(b, NULL, "mtu", from, to, "set by the administrator");
	return 0;
}
