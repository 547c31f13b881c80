/* SPDX-License-Identifier: BSD-3-Clause */
/* fuzz_hash.c - any octets as a frame: hashed without a look beyond its end, always the same. */
#include <stdlib.h>
#include <string.h>

#include "bond_view.h"

/* Before the frame: how to hash. */
enum {
	POLICY,
	FLAGS, /* bit 0: symmetric, bit 1: as it lies in memory */
	SEED,  /* four octets */
	MEMBERS = SEED + 4,
	HEAD
};

#define BEYOND 64 /* octets of something else behind the frame */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool ok)
{
	if (!ok)
		abort();
}

static uint32_t
hash_at(const struct bond_hash_conf *conf, struct bond_frame f, const uint8_t *data)
{
	f.data = data;
	return bond_hash(conf, &f);
}

/* The member that Linux would take and the one that the buckets name exist. */
static void
require_member(uint32_t hash, uint8_t members)
{
	static struct bond_view dealt[BOND_MAX_MEMBERS + 1]; /* by number of members */
	struct bond_view *v = &dealt[members], empty;

	if (v->n_active == 0) {
		bond_view_clear(&empty);
		bond_view_clear(v);
		for (; v->n_active < members; v->n_active++)
			v->active[v->n_active] = v->n_active;
		bond_view_deal(&empty, v);
	}
	require(v->active[hash % v->n_active] < members);
	require(v->bucket[hash % BOND_BUCKETS] < members);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bond_hash_conf conf;
	struct bond_frame f;
	uint8_t *exact, *more;
	uint32_t hash, len;

	if (size < HEAD)
		return 0;
	len = (uint32_t)size - HEAD;
	conf.policy = data[POLICY] % BOND_HASH_POLICIES;
	conf.symmetric = data[FLAGS] & 1;
	memcpy(&conf.seed, data + SEED, sizeof(conf.seed));
	f = data[FLAGS] & 2 ? bond_frame_raw(data + HEAD, len) : bond_frame_of(data + HEAD, len);

	/* Exactly as long as the frame, for the address sanitizer; and longer, at an odd address. */
	exact = malloc(len > 0 ? len : 1);
	more = malloc(1 + len + BEYOND);
	require(exact && more);
	memcpy(exact, data + HEAD, len);
	memcpy(more + 1, data + HEAD, len);
	hash = hash_at(&conf, f, len > 0 ? exact : exact + 1);
	for (unsigned int fill = 0; fill < 256; fill += 85) {
		memset(more + 1 + len, (int)fill, BEYOND);
		require(hash_at(&conf, f, more + 1) == hash);
	}
	require_member(hash, data[MEMBERS] % BOND_MAX_MEMBERS + 1);

	/* The seed comes last: without it the hash is another only by that. */
	const uint32_t seed = conf.seed;

	conf.seed = 0;
	require(bond_hash_seeded(hash_at(&conf, f, more + 1), seed) == hash);
	free(exact);
	free(more);
	return 0;
}
