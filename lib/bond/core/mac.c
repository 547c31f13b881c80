/* SPDX-License-Identifier: BSD-3-Clause */
/* mac.c - who is to have which MAC address (spec of Linux bonding 2.2, 4.6, 4.7). */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bond_machine.h"

#define TEXT_SIZE 18
#define LINE_SIZE 160

static bool
is_usable(const uint8_t mac[6])
{
	static const uint8_t zero[6];

	return !(mac[0] & 1) && memcmp(mac, zero, 6) != 0;
}

static bool
is_same(const uint8_t a[6], const uint8_t b[6])
{
	return memcmp(a, b, 6) == 0;
}

static bool
follows(const struct bond *b, enum bond_fail_over_mac policy)
{
	return b->mode->standby && b->options.mac.fail_over == (uint32_t)policy;
}

/* Does every member have an address of its own, the current one that of the bond? */
static bool
keeps_apart(const struct bond *b)
{
	return b->mode->balance || follows(b, BOND_FAIL_OVER_MAC_FOLLOW);
}

/* Linux forgets what was chosen when the last member leaves; ours keeps it. */
static bool
is_donated(const struct bond *b)
{
	return b->options.mac.donated && !b->mac_chosen;
}

static void
write_text(char text[TEXT_SIZE], const uint8_t m[6])
{
	snprintf(text, TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4],
		 m[5]);
}

/* @param member NULL: of the bond */
static void
set(struct bond *b, const char *member, uint8_t *mac, const uint8_t to[6], const char *why,
    uint64_t now)
{
	char was[TEXT_SIZE], is[TEXT_SIZE];
	const struct bond_event event = {
		.time = now,
		.member = member,
		.kind = "mac",
		.from = was,
		.to = is,
		.reason = why,
		.severity = BOND_INFO,
	};

	if (is_same(mac, to))
		return;
	write_text(was, mac);
	write_text(is, to);
	memcpy(mac, to, 6);
	bond_emit(b, &event);
}

static void
set_bond(struct bond *b, const uint8_t to[6], const char *why, uint64_t now)
{
	set(b, NULL, b->mac, to, why, now);
}

static void
set_member(struct bond *b, uint8_t slot, const uint8_t to[6], const char *why, uint64_t now)
{
	set(b, b->member[slot].name, b->member[slot].mac, to, why, now);
}

void
bond_mac_beside(const struct bond *b, uint8_t slot, uint8_t mac[6])
{
	memcpy(mac, b->mac, 6);
	mac[0] = (uint8_t)((mac[0] ^ 0x04) | 0x02); /* administered locally, so nobody else's */
	mac[1] = (uint8_t)(mac[1] + slot);
}

/* @return the member beside slot that has an address, BOND_NONE: none has */
static uint8_t
holder(const struct bond *b, uint8_t slot, const uint8_t mac[6])
{
	bond_foreach_member (b, other)
		if (other != slot && is_same(b->member[other].mac, mac))
			return other;
	return BOND_NONE;
}

/* May a member have this address beside the others and the bond? @param not_this NULL, or one */
static bool
is_free(const struct bond *b, uint8_t slot, const uint8_t mac[6], const uint8_t *not_this)
{
	return is_usable(mac) && !is_same(mac, b->mac) && holder(b, slot, mac) == BOND_NONE &&
	       (!not_this || !is_same(mac, not_this));
}

/*
 * An address for a member that nobody else has: its own, or else that of another member which has
 * the bond's, as in Linux. Where that gives none, Linux refuses the member; ours makes one.
 */
static void
choose(const struct bond *b, uint8_t slot, const uint8_t *not_this, uint8_t mac[6])
{
	memcpy(mac, b->member[slot].options.perm_mac, 6);
	if (is_free(b, slot, mac, not_this))
		return;
	bond_foreach_member (b, other) {
		memcpy(mac, b->member[other].options.perm_mac, 6);
		if (b->mode->balance && is_free(b, slot, mac, not_this))
			return;
	}
	for (unsigned int i = 0; i <= BOND_MAX_MEMBERS; i++) {
		bond_mac_beside(b, slot, mac);
		mac[2] = (uint8_t)(mac[2] + i);
		if (is_free(b, slot, mac, not_this))
			return;
	}
}

void
bond_mac_init(struct bond *b)
{
	memcpy(b->mac,
	       is_usable(b->options.mac.start) ? b->options.mac.start : b->options.system_mac, 6);
}

void
bond_mac_join(struct bond *b, uint8_t slot, uint64_t now)
{
	struct bond_member *m = &b->member[slot];
	const uint8_t *own = m->options.perm_mac;
	const bool first = b->n_members == 1;

	if (first && is_donated(b) && is_usable(own))
		set_bond(b, own, "that of the first member", now);
	memcpy(m->mac, b->mac, 6);
	if (follows(b, BOND_FAIL_OVER_MAC_ACTIVE) && is_usable(own))
		memcpy(m->mac, own, 6);
	if (!keeps_apart(b) || (first && (is_same(own, b->mac) || !is_usable(own))))
		return;
	/* another one may have taken its own over while this port was away */
	memset(m->mac, 0, 6);
	choose(b, slot, NULL, m->mac);
}

void
bond_mac_became_current(struct bond *b, uint8_t slot, uint64_t now)
{
	uint8_t other, former[6];

	if (follows(b, BOND_FAIL_OVER_MAC_ACTIVE))
		set_bond(b, b->member[slot].mac, "fail_over_mac: that of the current member", now);
	if (!keeps_apart(b) || is_same(b->member[slot].mac, b->mac))
		return;
	other = holder(b, slot, b->mac); /* the old current one, unless it is gone */
	memcpy(former, b->member[slot].mac, 6);
	if (other != BOND_NONE)
		set_member(b, other, former, "it gives the bond's to the current member", now);
	set_member(b, slot, b->mac, "the current member has the bond's", now);
}

/* Who has the address of a port that leaves the bond must give it back. */
static void
give_back(struct bond *b, const struct bond_member *m, uint64_t now)
{
	const uint8_t *own = m->options.perm_mac;
	const uint8_t other = holder(b, (uint8_t)(m - b->member), own);
	uint8_t mac[6];

	if (!keeps_apart(b) || !is_usable(own) || is_same(own, b->mac) || other == BOND_NONE)
		return;
	memcpy(mac, m->mac, 6);
	if (!is_free(b, other, mac, own))
		choose(b, other, own, mac);
	set_member(b, other, mac, "it gives that of a port back that leaves", now);
}

void
bond_mac_leave(struct bond *b, uint8_t slot, uint64_t now)
{
	const struct bond_member *m = &b->member[slot];
	char text[TEXT_SIZE], line[LINE_SIZE];
	const struct bond_event event = {
		.time = now,
		.member = m->name,
		.kind = "mac",
		.from = text,
		.to = text,
		.reason = "the bond goes on with the address of a port that has left it",
		.log_line = line,
		.severity = BOND_WARNING,
	};

	if (b->n_members == 0) {
		if (is_donated(b) && is_usable(b->options.mac.spare))
			set_bond(b, b->options.mac.spare, "the last member took its own along",
				 now);
		return;
	}
	give_back(b, m, now);
	if (!is_usable(m->options.perm_mac) || !is_same(b->mac, m->options.perm_mac) ||
	    follows(b, BOND_FAIL_OVER_MAC_ACTIVE))
		return;
	write_text(text, b->mac);
	snprintf(line, sizeof(line),
		 "the permanent HWaddr of slave - %s - is still in use by bond - set the HWaddr of "
		 "slave to a different address to avoid conflicts",
		 text);
	bond_emit(b, &event);
}

/* The bond gets an address: the current member takes it over, from another one if need be. */
static void
set_apart(struct bond *b, const uint8_t mac[6], uint64_t now)
{
	const uint8_t heir = b->active != BOND_NONE ? b->active : holder(b, BOND_NONE, b->mac);
	uint8_t former[6], other;

	memcpy(former, b->mac, 6);
	set_bond(b, mac, "set by the administrator", now);
	if (heir == BOND_NONE)
		return;
	other = holder(b, heir, b->mac);
	if (other != BOND_NONE)
		set_member(b, other, former, "it gives its own to the bond", now);
	set_member(b, heir, b->mac, "set by the administrator", now);
}

int
bond_set_mac(struct bond *b, const uint8_t mac[6], uint64_t now)
{
	if (!is_usable(mac))
		return -EINVAL;
	if (is_same(mac, b->mac))
		return 0;
	if (follows(b, BOND_FAIL_OVER_MAC_ACTIVE) || follows(b, BOND_FAIL_OVER_MAC_FOLLOW))
		return -EPERM;
	b->mac_chosen = true;
	if (b->mode->balance) {
		set_apart(b, mac, now);
		bond_settle(b, now);
		return 0;
	}
	set_bond(b, mac, "set by the administrator", now);
	bond_foreach_member (b, slot)
		set_member(b, slot, mac, "set by the administrator", now);
	bond_settle(b, now);
	return 0;
}
