/* SPDX-License-Identifier: BSD-3-Clause */
/* probe_option.c - the options of the monitor: defaults, checks, and their change while it runs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "probe_int.h"

#define TEXT_SIZE 128

struct bond_probe_options
bond_probe_options_default(void)
{
	return (struct bond_probe_options){.missed_max = 2};
}

/* Those that Linux refuses, and no others. */
static bool
is_legal(const uint8_t octet[16], bool v6)
{
	static const uint8_t all[4] = {255, 255, 255, 255};
	static const uint8_t loopback[16] = {[15] = 1};
	static const uint8_t zero[16];

	if (v6)
		return octet[0] != 0xff && memcmp(octet, zero, 16) != 0 &&
		       memcmp(octet, loopback, 16) != 0;
	return memcmp(octet, zero, 4) != 0 && memcmp(octet, all, 4) != 0;
}

static int
check(const struct bond_targets *t, bool v6)
{
	if (t->n > BOND_MAX_TARGETS)
		return -EINVAL;
	for (unsigned int i = 0; i < t->n; i++) {
		if (!is_legal(t->octet[i], v6))
			return -EINVAL;
		for (unsigned int k = 0; k < i; k++)
			if (memcmp(t->octet[i], t->octet[k], v6 ? 16 : 4) == 0)
				return -EINVAL;
	}
	return 0;
}

int
bond_probe_options_check(const struct bond_probe_options *o)
{
	if (o->interval_ms > INT32_MAX || o->missed_max < 1 || o->missed_max > 255 ||
	    o->validate > (BOND_VALIDATE_FILTER | BOND_VALIDATE_BACKUP) ||
	    o->all_targets > BOND_TARGETS_ALL || check(&o->arp, false) || check(&o->ns, true))
		return -EINVAL;
	return 0;
}

void
bond_probe_tell_no_route(struct bond *b, const struct bond_ip *target, uint64_t now)
{
	char text[BOND_IP_TEXT], line[TEXT_SIZE];
	const struct bond_event event = {
		.time = now,
		.kind = "route",
		.from = "unknown",
		.to = "none",
		.reason = "the kernel has no route to a target of probes",
		.log_line = line,
		.severity = BOND_WARNING,
	};

	snprintf(line, sizeof(line), "no route to %s %s and arp_validate is set",
		 target->v6 ? "ns_ip6_target" : "arp_ip_target", bond_ip_text(target, text));
	bond_emit(b, &event);
}

/* What was known of a target stays with it when its place changes. */
static void
move_targets(struct bond *b, const struct bond_probe_options *old, uint64_t now)
{
	const struct bond_prober prober = b->probe;
	const struct bond_probe_options current = b->options.probe;
	uint8_t from[BOND_PROBE_TARGETS];
	struct bond_ip ip;

	for (unsigned int t = 0; t < BOND_PROBE_TARGETS; t++) {
		from[t] = BOND_NONE;
		if (!bond_probe_target(b, t, &ip))
			continue;
		b->options.probe = *old;
		from[t] = bond_probe_find(b, &ip);
		b->options.probe = current;
		b->probe.known[t] = from[t] != BOND_NONE && prober.known[from[t]];
		b->probe.route[t] = from[t] == BOND_NONE ? (struct bond_route){.source.v6 = ip.v6}
							 : prober.route[from[t]];
	}
	bond_foreach_member (b, slot) {
		struct bond_probe_member *p = &b->member[slot].probe;
		const struct bond_probe_member was = *p;

		p->due = 0;
		p->proven = false;
		for (unsigned int t = 0; t < BOND_PROBE_TARGETS; t++) /* new ones begin well */
			p->target_rx[t] = from[t] == BOND_NONE ? now : was.target_rx[from[t]];
	}
}

static void
warn_last_target(const struct bond *b, uint64_t now)
{
	const struct bond_event event = {
		.time = now,
		.kind = "option",
		.from = "some targets",
		.to = "no targets",
		.reason = "nothing is probed any more, although arp_interval is set",
		.log_line = "Removing last arp target with arp_interval on",
		.severity = BOND_WARNING,
	};

	bond_emit(b, &event);
}

void
bond_probe_configure(struct bond *b, const struct bond_probe_options *old, uint64_t now)
{
	const bool ran = old->interval_ms > 0 && old->arp.n + old->ns.n > 0;
	const bool runs = bond_probe_runs(b);

	if (memcmp(&old->arp, &b->options.probe.arp, sizeof(old->arp)) != 0 ||
	    memcmp(&old->ns, &b->options.probe.ns, sizeof(old->ns)) != 0)
		move_targets(b, old, now);
	if (ran && !runs && b->options.probe.interval_ms > 0)
		warn_last_target(b, now);
	if (!ran && runs) {
		b->probe.deadline = now;
		bond_foreach_member (b, slot)
			bond_probe_start(b, slot, now);
	}
	if (ran && !runs) {
		bond_foreach_member (b, slot)
			bond_hold_set(b, slot, BOND_HOLD_PROBE, false, "it is not probed any more",
				      now);
	}
	if (ran && runs && b->probe.deadline > now + b->options.probe.interval_ms * BOND_MSEC)
		b->probe.deadline = now + b->options.probe.interval_ms * BOND_MSEC;
}
