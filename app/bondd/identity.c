/* SPDX-License-Identifier: BSD-3-Clause */
/* identity.c - decides who a bond and its members are: who they were, if they are the same. */
#include "identity.h"

#include <string.h>

static bool
is_zero(const uint8_t mac[6])
{
	static const uint8_t zero[6];

	return memcmp(mac, zero, sizeof(zero)) == 0;
}

static const struct identity_member *
find(const struct identity *id, const char *name)
{
	for (uint32_t i = 0; i < id->n; i++)
		if (strcmp(id->member[i].name, name) == 0)
			return &id->member[i];
	return NULL;
}

static bool
has_port(const struct identity *id, uint16_t port)
{
	for (uint32_t i = 0; i < id->n; i++)
		if (id->member[i].port == port)
			return true;
	return false;
}

static bool
has_mac(const struct identity *id, const uint8_t mac[6])
{
	for (uint32_t i = 0; i < id->n; i++)
		if (memcmp(id->member[i].mac, mac, 6) == 0)
			return true;
	return false;
}

/* Is this the bond that is remembered? Without any address to tell, its name has to do. */
static bool
is_same(const struct identity *old, const struct identity *now)
{
	bool any = false;

	if (is_zero(old->system))
		return false;
	for (uint32_t i = 0; i < now->n; i++) {
		if (is_zero(now->member[i].mac))
			continue;
		any = true;
		if (has_mac(old, now->member[i].mac))
			return true;
	}
	return !any;
}

/* Its place in the configuration if that is free, else the lowest number that nobody ever had. */
static uint16_t
free_port(const struct identity *old, const struct identity *now, uint32_t place)
{
	uint16_t port = (uint16_t)(place + 1);

	if (!has_port(old, port) && !has_port(now, port))
		return port;
	for (port = 1; has_port(old, port) || has_port(now, port);)
		port++;
	return port;
}

bool
identity_decide(const struct identity *old, struct identity *now)
{
	static const struct identity nothing;

	if (is_same(old, now))
		memcpy(now->system, old->system, sizeof(now->system));
	else
		old = &nothing;
	for (uint32_t i = 0; i < now->n; i++) {
		const struct identity_member *was = find(old, now->member[i].name);

		now->member[i].port = was ? was->port : 0;
	}
	for (uint32_t i = 0; i < now->n; i++)
		if (now->member[i].port == 0)
			now->member[i].port = free_port(old, now, i);
	for (uint32_t i = 0; i < old->n && now->n < IDENTITY_MEMBERS; i++)
		if (!find(now, old->member[i].name))
			now->member[now->n++] = old->member[i];
	return old->n != now->n || memcmp(old->system, now->system, sizeof(old->system)) != 0 ||
	       memcmp(old->member, now->member, now->n * sizeof(now->member[0])) != 0;
}
