/* SPDX-License-Identifier: BSD-3-Clause */
/* option.c - the defaults of options, and their change while the bond runs. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bond_machine.h"

#define TEXT_SIZE (32 + BOND_MAX_TARGETS * BOND_IP_TEXT)

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
write_u16(char text[TEXT_SIZE], const char *name, const void *value)
{
	snprintf(text, TEXT_SIZE, "%s=%u", name, *(const uint16_t *)value);
}

static void
write_on_off(char text[TEXT_SIZE], const char *name, const void *value)
{
	snprintf(text, TEXT_SIZE, "%s=%s", name, *(const bool *)value ? "on" : "off");
}

static void
write_rate(char text[TEXT_SIZE], const char *name, const void *value)
{
	snprintf(text, TEXT_SIZE, "%s=%s", name, *(const uint32_t *)value ? "fast" : "slow");
}

static void
write_mac(char text[TEXT_SIZE], const char *name, const void *value)
{
	const uint8_t *a = value;

	snprintf(text, TEXT_SIZE, "%s=%02x:%02x:%02x:%02x:%02x:%02x", name, a[0], a[1], a[2], a[3],
		 a[4], a[5]);
}

static void
write_fail_over_mac(char text[TEXT_SIZE], const char *name, const void *value)
{
	static const char *const names[] = {
		[BOND_FAIL_OVER_MAC_NONE] = "none",
		[BOND_FAIL_OVER_MAC_ACTIVE] = "active",
		[BOND_FAIL_OVER_MAC_FOLLOW] = "follow",
	};

	snprintf(text, TEXT_SIZE, "%s=%s", name, names[*(const uint32_t *)value]);
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

static void
write_hash_policy(char text[TEXT_SIZE], const char *name, const void *value)
{
	snprintf(text, TEXT_SIZE, "%s=%s", name, bond_hash_policy_name(*(const uint32_t *)value));
}

static void
write_nic_hash(char text[TEXT_SIZE], const char *name, const void *value)
{
	static const char *const names[] = {
		[BOND_NIC_HASH_OFF] = "off",
		[BOND_NIC_HASH_AUTO] = "auto",
	};

	snprintf(text, TEXT_SIZE, "%s=%s", name, names[*(const uint32_t *)value]);
}

static void
write_ad_select(char text[TEXT_SIZE], const char *name, const void *value)
{
	static const char *const names[] = {
		[LACP_SELECT_STABLE] = "stable",
		[LACP_SELECT_BANDWIDTH] = "bandwidth",
		[LACP_SELECT_COUNT] = "count",
		[LACP_SELECT_PORT_PRIO] = "actor_port_prio",
	};

	snprintf(text, TEXT_SIZE, "%s=%s", name, names[*(const uint32_t *)value]);
}

static void
write_fallback(char text[TEXT_SIZE], const char *name, const void *value)
{
	static const char *const names[] = {
		[LACP_FALLBACK_OFF] = "off",
		[LACP_FALLBACK_STATIC] = "static",
		[LACP_FALLBACK_INDIVIDUAL] = "individual",
	};

	snprintf(text, TEXT_SIZE, "%s=%s", name, names[*(const uint32_t *)value]);
}

static void
write_host_down(char text[TEXT_SIZE], const char *name, const void *value)
{
	static const char *const names[] = {
		[BOND_HOST_DOWN_KEEP] = "keep",
		[BOND_HOST_DOWN_INDIVIDUAL] = "individual",
	};

	snprintf(text, TEXT_SIZE, "%s=%s", name, names[*(const uint32_t *)value]);
}

static void
write_validate(char text[TEXT_SIZE], const char *name, const void *value)
{
	static const char *const names[] = {"none",   "active",        "backup",       "all",
					    "filter", "filter_active", "filter_backup"};

	snprintf(text, TEXT_SIZE, "%s=%s", name, names[*(const uint32_t *)value]);
}

static void
write_all_targets(char text[TEXT_SIZE], const char *name, const void *value)
{
	const bool all = *(const uint32_t *)value == BOND_TARGETS_ALL;

	snprintf(text, TEXT_SIZE, "%s=%s", name, all ? "all" : "any");
}

static void
write_targets(char text[TEXT_SIZE], const char *name, const struct bond_targets *targets, bool v6)
{
	int used = snprintf(text, TEXT_SIZE, "%s=", name);

	for (uint32_t i = 0; i < targets->n && used < TEXT_SIZE; i++) {
		struct bond_ip ip = {.v6 = v6};
		char one[BOND_IP_TEXT];

		memcpy(ip.octet, targets->octet[i], sizeof(ip.octet));
		used += snprintf(text + used, TEXT_SIZE - (size_t)used, "%s%s", i ? "," : "",
				 bond_ip_text(&ip, one));
	}
}

static void
write_targets4(char text[TEXT_SIZE], const char *name, const void *value)
{
	write_targets(text, name, value, false);
}

static void
write_targets6(char text[TEXT_SIZE], const char *name, const void *value)
{
	write_targets(text, name, value, true);
}

#define AT(field) offsetof(struct bond_options, field)
static const struct row bond_rows[] = {
	{"miimon", AT(miimon_ms), write_u32},
	{"updelay", AT(updelay_ms), write_u32},
	{"downdelay", AT(downdelay_ms), write_u32},
	{"peer_notif_delay", AT(peer_notif_delay_ms), write_u32},
	{"arp_interval", AT(probe.interval_ms), write_u32},
	{"arp_ip_target", AT(probe.arp), write_targets4},
	{"ns_ip6_target", AT(probe.ns), write_targets6},
	{"arp_validate", AT(probe.validate), write_validate},
	{"arp_all_targets", AT(probe.all_targets), write_all_targets},
	{"arp_missed_max", AT(probe.missed_max), write_u32},
	{"resend_igmp", AT(resend_igmp), write_u32},
	{"tlb_dynamic_lb", AT(balance.dynamic_lb), write_bool},
	{"lp_interval", AT(balance.lp_interval_s), write_u32},
	{"alb_ipv6", AT(balance.ipv6), write_bool},
	{"num_grat_arp", AT(num_peer_notif), write_u32},
	{"packets_per_slave", AT(packets_per_member), write_u32},
	{"primary", AT(primary), write_name},
	{"primary_reselect", AT(primary_reselect), write_reselect},
	{"fail_over_mac", AT(mac.fail_over), write_fail_over_mac},
	{"all_slaves_active", AT(all_members_active), write_bool},
	{"xmit_hash_policy", AT(xmit_hash_policy), write_hash_policy},
	{"hash_seed", AT(hash_seed), write_u32},
	{"symmetric_hash", AT(symmetric_hash), write_bool},
	{"resilient_hash", AT(resilient_hash), write_bool},
	{"nic_hash", AT(nic_hash), write_nic_hash},
	{"lacp_rate", AT(lacp_fast), write_rate},
	{"lacp_active", AT(lacp_active), write_on_off},
	{"coupled_control", AT(coupled_control), write_on_off},
	{"lacp_strict", AT(lacp_strict), write_on_off},
	{"broadcast_neighbor", AT(broadcast_neighbor), write_on_off},
	{"ad_select", AT(ad_select), write_ad_select},
	{"ad_actor_sys_prio", AT(ad_actor_sys_prio), write_u32},
	{"ad_actor_system", AT(ad_actor_system), write_mac},
	{"ad_user_port_key", AT(ad_user_port_key), write_u32},
	{"min_links", AT(min_links), write_u32},
	{"max_active_ports", AT(max_active_ports), write_u32},
	{"lacp_fallback", AT(lacp_fallback), write_fallback},
	{"lacp_fallback_timeout", AT(lacp_fallback_timeout_s), write_u32},
	{"lacp_host_down", AT(lacp_host_down), write_host_down},
	{"bfd.local", AT(bfd.local), write_name},
	{"bfd.remote", AT(bfd.remote), write_name},
	{"bfd.interval", AT(bfd.interval_ms), write_u32},
	{"bfd.multiplier", AT(bfd.multiplier), write_u32},
	{"bfd.required", AT(bfd.required), write_on_off},
	{"bfd.multicast", AT(bfd.multicast), write_on_off},
	{"flap_hold", AT(flap.hold_ms), write_u32},
	{"flap_hold_max", AT(flap.hold_max_ms), write_u32},
	{"flap_count", AT(flap.count), write_u32},
	{"flap_window", AT(flap.window_ms), write_u32},
};
#undef AT

#define AT(field) offsetof(struct bond_member_options, field)
static const struct row member_rows[] = {
	{"prio", AT(prio), write_s32},
	{"queue_id", AT(queue_id), write_u32},
	{"weight", AT(weight), write_u32},
	{"actor_port_prio", AT(actor_port_prio), write_u32},
	{"lacp_port", AT(lacp_port), write_u16},
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
		.xmit_hash_policy = BOND_HASH_LAYER2,
		.resilient_hash = true,
		.nic_hash = BOND_NIC_HASH_AUTO,
		.probe = bond_probe_options_default(),
		.resend_igmp = 1,
		.balance = bond_balance_options_default(),
		.lacp_active = true,
		.lacp_strict = true,
		.ad_select = LACP_SELECT_STABLE,
		.ad_actor_sys_prio = UINT16_MAX,
		.lacp_fallback = LACP_FALLBACK_OFF,
		.lacp_fallback_timeout_s = 90,
		.bfd = bond_bfd_options_default(),
		.flap = bond_damp_options_default(),
	};
}

struct bond_member_options
bond_member_options_default(void)
{
	return (struct bond_member_options){.actor_port_prio = 255};
}

int
bond_options_check(const struct bond_mode *mode, const struct bond_options *o)
{
	if (o->primary_reselect > BOND_RESELECT_FAILURE ||
	    o->xmit_hash_policy >= BOND_HASH_POLICIES || o->nic_hash > BOND_NIC_HASH_AUTO)
		return -EINVAL;
	if (mode->balance &&
	    (o->balance.lp_interval_s == 0 || o->balance.lp_interval_s > INT32_MAX))
		return -EINVAL;
	if (bond_probe_options_check(&o->probe) || bond_bfd_check(&o->bfd) ||
	    bond_damp_check(&o->flap) || o->mac.fail_over > BOND_FAIL_OVER_MAC_FOLLOW)
		return -EINVAL;
	return bond_lacp_check(mode, o);
}

int
bond_member_options_check(const struct bond *b, uint8_t slot, const struct bond_member_options *o)
{
	if (o->queue_id > UINT16_MAX || o->weight > UINT8_MAX)
		return -EINVAL;
	bond_foreach_member (b, other)
		if (other != slot && o->queue_id > 0 &&
		    b->member[other].options.queue_id == o->queue_id)
			return -EEXIST;
	return bond_lacp_check_member(b, slot, o);
}

int
bond_set_options(struct bond *b, const struct bond_options *options, uint64_t now)
{
	const struct bond_options old = b->options;
	const bool new_primary = strcmp(options->primary, old.primary) != 0;

	if (options->mode != old.mode ||
	    (b->n_members > 0 && options->mac.fail_over != old.mac.fail_over))
		return -EBUSY; /* as Linux, which answers ENOTEMPTY for the latter */
	if (bond_options_check(b->mode, options))
		return -EINVAL;

	b->options = *options;
	emit_changes(b, NULL, bond_rows, N_ROWS(bond_rows), &old, options, now);
	bond_link_shorten(b);
	bond_probe_configure(b, &old.probe, now);
	if (b->notify_left > options->num_peer_notif)
		b->notify_left = options->num_peer_notif;
	bond_foreach_member (b, slot)
		bond_role_update(b, slot, now); /* all_members_active */
	bond_lacp_configure(b, now);
	bond_lacp_host(b, now);
	if (bond_bfd_configure(b, &old.bfd, now))
		bond_select(b, NULL, now);
	if (bond_damp_configure(b, now))
		bond_select(b, NULL, now);

	if (new_primary)
		b->force_primary = options->primary[0] != '\0';
	if (new_primary || options->primary_reselect != old.primary_reselect)
		bond_select(b, NULL, now);
	bond_tick(b, now); /* a delay that was shortened may be over */
	return 0;
}

int
bond_member_set_options(struct bond *b, uint8_t slot, const struct bond_member_options *options,
			uint64_t now)
{
	struct bond_member *m = bond_member_at(b, slot);
	const struct bond_member_options old = m->options;
	const int err = bond_member_options_check(b, slot, options);

	if (err)
		return err;
	m->options = *options;
	emit_changes(b, m->name, member_rows, N_ROWS(member_rows), &old, options, now);
	if (options->prio != old.prio)
		bond_select(b, NULL, now);
	bond_lacp_configure_member(b, slot, &old, now);
	bond_settle(b, now);
	return 0;
}
