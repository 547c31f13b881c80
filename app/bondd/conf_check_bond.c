/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_check_bond.c - rules between the settings of one bond and its members. */
#include <stdio.h>
#include <string.h>

#include "conf_check.h"

bool
conf_field_in_mode(const struct conf_field *f, uint32_t mode)
{
	return f->modes == 0 || (f->modes & (1U << mode));
}

const char *
conf_modes_list(uint32_t set, char *buf, size_t size)
{
	buf[0] = '\0';
	for (const struct conf_name *n =
		     conf_field_names(conf_field_find(conf_bond_fields, "mode"));
	     n->name; n++)
		if (set & (1U << n->value))
			conf_append(buf, size, "%s%s", *buf ? ", " : "", n->name);
	return buf;
}

/* Does a setting, a number or a switch, differ from its default? */
static bool
is_changed(const struct conf_field *f, const void *base)
{
	struct conf_bond untouched = {0};
	char why[64];
	const size_t size = f->type == CONF_BOOL ? sizeof(bool) : sizeof(uint32_t);

	return conf_value_parse(f, f->def, &untouched, why, sizeof(why)) < 0 ||
	       memcmp((const char *)&untouched + f->offset, (const char *)base + f->offset, size) !=
		       0;
}

/*
 * As Linux: an option that the mode does not have is refused, whatever its value; one that it only
 * makes no use of is accepted. @param base what the offsets of the fields count from
 */
static int
check_mode(const struct conf_checker *k, struct conf_place at, const struct conf_field *fields,
	   const void *base)
{
	const uint32_t mode = k->conf->bonds[at.bond].options.mode;
	const char *name = bond_mode_by_number(mode)->name;
	char list[128];
	bool given;
	int rc = 0;

	for (const struct conf_field *f = fields; f->name && rc == 0; f++) {
		at.path = f->name;
		conf_check_find(k, at, &given);
		if (!given)
			continue;
		if (!conf_field_in_mode(f, mode))
			return conf_check_refuse(k, at,
						 "mode %s does not have this option, only %s", name,
						 conf_modes_list(f->modes, list, sizeof(list)));
		if (f->used && !(f->used & (1U << mode)) && is_changed(f, base))
			rc = conf_check_warn(k, at, "mode %s makes no use of this option, only %s",
					     name, conf_modes_list(f->used, list, sizeof(list)));
	}
	return rc;
}

static int
check_delays(const struct conf_checker *k, uint32_t i)
{
	const struct bond_options *o = &k->conf->bonds[i].options;
	const struct {
		const char *path;
		uint32_t ms;
	} delays[] = {
		{"updelay", o->updelay_ms},
		{"downdelay", o->downdelay_ms},
		{"peer_notif_delay", o->peer_notif_delay_ms},
	};

	for (size_t d = 0; d < sizeof(delays) / sizeof(delays[0]) && o->miimon_ms == 0; d++)
		if (delays[d].ms)
			return conf_check_refuse(k, (struct conf_place){(int)i, -1, delays[d].path},
						 "%u ms need a miimon above 0", delays[d].ms);
	return 0;
}

/* As Linux: a host queue leads to one member. */
static int
check_queue(const struct conf_checker *k, uint32_t i, uint32_t j)
{
	const struct conf_bond *b = &k->conf->bonds[i];
	const uint32_t queue = b->member[j].options.queue_id;
	const struct conf_place at = {(int)i, (int)j, "queue_id"};

	if (queue == 0)
		return 0;
	for (uint32_t other = 0; other < j; other++)
		if (b->member[other].options.queue_id == queue)
			return conf_check_refuse(
				k, at, "%u is that of %s already, each may be given once in %s",
				queue, b->member[other].name, b->name);
	if (queue < b->host.queues)
		return 0;
	return conf_check_warn(k, at,
			       "no frame can match %u: host.queues is %u, and they count from 0",
			       queue, b->host.queues);
}

static int
check_weight(const struct conf_checker *k, uint32_t i, uint32_t j)
{
	const struct conf_bond *b = &k->conf->bonds[i];

	if (b->member[j].options.weight == 0 || b->options.resilient_hash)
		return 0;
	return conf_check_warn(k, (struct conf_place){(int)i, (int)j, "weight"},
			       "it has no effect while %s.resilient_hash is 0", b->name);
}

static int
check_force(const struct conf_checker *k, uint32_t i, uint32_t j)
{
	const struct conf_member *m = &k->conf->bonds[i].member[j];
	const struct conf_place at = {(int)i, (int)j, "force"};

	if (!m->force || m->kind == CONF_PORT_PCI)
		return 0;
	return conf_check_refuse(k, at, "only a member with pci can be taken by force");
}

/* What is legal, but does not do what it seems to. */
static int
check_probes(const struct conf_checker *k, uint32_t i)
{
	const struct bond_probe_options *o = &k->conf->bonds[i].options.probe;
	int rc = 0;

	if (o->interval_ms > 0 && o->arp.n + o->ns.n == 0)
		rc = conf_check_warn(k, (struct conf_place){(int)i, -1, "arp_interval"},
				     "nothing is probed without arp_ip_target or ns_ip6_target");
	if (rc == 0 && o->interval_ms == 0 && o->validate != BOND_VALIDATE_NONE)
		rc = conf_check_warn(k, (struct conf_place){(int)i, -1, "arp_validate"},
				     "it does nothing without arp_interval");
	if (rc == 0 && o->interval_ms > 0 && o->all_targets == BOND_TARGETS_ALL &&
	    !(o->validate & (BOND_VALIDATE_ACTIVE | BOND_VALIDATE_BACKUP)))
		rc = conf_check_warn(k, (struct conf_place){(int)i, -1, "arp_all_targets"},
				     "it does nothing without arp_validate");
	return rc;
}

static int
check_members(const struct conf_checker *k, uint32_t i)
{
	const struct conf_bond *b = &k->conf->bonds[i];
	int rc = 0;

	if (b->n_members == 0)
		return conf_check_warn(k, (struct conf_place){(int)i, -1, "members"},
				       "there are none: it carries nothing until some are added");
	for (uint32_t j = 0; j < b->n_members && rc == 0; j++) {
		const struct conf_member *m = &b->member[j];

		for (uint32_t other = 0; other < j; other++) {
			const struct conf_member *o = &b->member[other];

			if (strcmp(m->name, o->name) == 0)
				return conf_check_refuse(
					k, (struct conf_place){(int)i, (int)j, "name"},
					"%s has another member of this name", b->name);
		}
		rc = check_mode(k, (struct conf_place){(int)i, (int)j, ""}, conf_member_fields, m);
		if (rc == 0)
			rc = check_queue(k, i, j);
		if (rc == 0)
			rc = check_weight(k, i, j);
		if (rc == 0)
			rc = check_force(k, i, j);
	}
	return rc;
}

static bool
has_member(const struct conf_bond *b, const char *name)
{
	for (uint32_t j = 0; j < b->n_members; j++)
		if (strcmp(b->member[j].name, name) == 0)
			return true;
	return false;
}

static int
check_names(const struct conf_checker *k, uint32_t i)
{
	const struct conf_bond *b = &k->conf->bonds[i];
	char list[BOND_MAX_MEMBERS * (BOND_NAME_SIZE + 2)] = "";

	if (b->n_members == 0)
		conf_append(list, sizeof(list), "none");
	for (uint32_t j = 0; j < b->n_members; j++)
		conf_append(list, sizeof(list), "%s%s", j ? ", " : "", b->member[j].name);
	if (*b->active_member && !has_member(b, b->active_member))
		return conf_check_refuse(k, (struct conf_place){(int)i, -1, "active_slave"},
					 "\"%s\" is not a member of %s, which has %s",
					 b->active_member, b->name, list);
	if (*b->options.primary && !has_member(b, b->options.primary))
		return conf_check_warn(
			k, (struct conf_place){(int)i, -1, "primary"},
			"\"%s\" is not a member of %s now, which has %s; it becomes the "
			"primary when it joins",
			b->options.primary, b->name, list);
	return 0;
}

static int
check_host(const struct conf_checker *k, uint32_t i)
{
	const struct conf_host *h = &k->conf->bonds[i].host;

	if (h->type == CONF_HOST_VDEV && !*h->vdev)
		return conf_check_refuse(k, (struct conf_place){(int)i, -1, "host.type"},
					 "type \"vdev\" needs the device in host.vdev");
	if (h->type != CONF_HOST_VDEV && *h->vdev)
		return conf_check_refuse(k, (struct conf_place){(int)i, -1, "host.vdev"},
					 "a device is given, so host.type must be \"vdev\"");
	if (h->type == CONF_HOST_VDEV && h->persist)
		return conf_check_refuse(k, (struct conf_place){(int)i, -1, "host.persist"},
					 "a host interface of type \"vdev\" is no interface of the "
					 "kernel that could stay");
	if (h->csum == CONF_OFFLOAD_OFF && (h->tso == CONF_OFFLOAD_ON || h->gro == CONF_OFFLOAD_ON))
		return conf_check_refuse(k, (struct conf_place){(int)i, -1, "host.csum"},
					 "%s = \"on\" needs csum",
					 h->tso == CONF_OFFLOAD_ON ? "tso" : "gro");
	return 0;
}

static int
check_bfd(const struct conf_checker *k, uint32_t i)
{
	const struct bond_bfd_options *o = &k->conf->bonds[i].options.bfd;
	const struct conf_place local = {(int)i, -1, "bfd.local"},
				remote = {(int)i, -1, "bfd.remote"};
	bool given, local_given, some = false;

	for (const struct conf_field *f = conf_bfd_fields; f->name; f++) {
		char path[32];

		snprintf(path, sizeof(path), "bfd.%s", f->name);
		conf_check_find(k, (struct conf_place){(int)i, -1, path}, &given);
		some |= given;
	}
	conf_check_find(k, local, &local_given);
	if (some && !local_given)
		return conf_check_refuse(k, local, "missing: it is our address for BFD");
	if (*o->local && !*o->remote)
		return conf_check_refuse(k, remote, "missing: it is the address of the other end");
	if (!*o->local && *o->remote)
		return conf_check_refuse(k, local, "missing: it is our address for BFD");
	if (strcmp(o->local, o->remote) == 0 && *o->local)
		return conf_check_refuse(k, remote, "\"%s\" is local already", o->remote);
	if (bond_bfd_check(o) < 0)
		return conf_check_refuse(
			k, remote,
			"\"%s\" does not go with local = \"%s\": one is IPv4, the other IPv6",
			o->remote, o->local);
	return 0;
}

static int
check_damping(const struct conf_checker *k, uint32_t i)
{
	const struct damp_options *o = &k->conf->bonds[i].options.flap;

	if (o->hold_max_ms >= o->hold_ms)
		return 0;
	return conf_check_refuse(k, (struct conf_place){(int)i, -1, "flap_hold_max"},
				 "%u ms are less than flap_hold, %u ms", o->hold_max_ms,
				 o->hold_ms);
}

int
conf_check_bond(const struct conf_checker *k, uint32_t i)
{
	int rc = check_mode(k, (struct conf_place){(int)i, -1, ""}, conf_bond_fields,
			    &k->conf->bonds[i]);

	if (rc == 0)
		rc = check_delays(k, i);
	if (rc == 0)
		rc = check_probes(k, i);
	if (rc == 0)
		rc = check_host(k, i);
	if (rc == 0)
		rc = check_bfd(k, i);
	if (rc == 0)
		rc = check_damping(k, i);
	if (rc == 0)
		rc = check_members(k, i);
	if (rc == 0)
		rc = conf_check_lacp(k, i);
	return rc == 0 ? check_names(k, i) : rc;
}
