/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_hash.h - from the headers of a frame to the number of its flow, bit-exact with Linux. */
#ifndef BOND_HASH_H
#define BOND_HASH_H

#include <stdbool.h>
#include <stdint.h>

/* The numbers and, in bond_hash_policy_name(), the names of Linux. */
enum bond_hash_policy {
	BOND_HASH_LAYER2 = 0,
	BOND_HASH_LAYER34 = 1,
	BOND_HASH_LAYER23 = 2,
	BOND_HASH_ENCAP23 = 3,
	BOND_HASH_ENCAP34 = 4,
	BOND_HASH_VLAN_SRCMAC = 5,
	BOND_HASH_POLICIES
};

/* How a bond hashes. With seed 0 and not symmetric: exactly as Linux. */
struct bond_hash_conf {
	uint8_t policy; /* enum bond_hash_policy */
	bool symmetric; /* both directions of a conversation have one hash, see bond_hash() */
	uint32_t seed;  /* 0: none; else mixed in, so that bonds in a row do not choose alike */
};

/* A frame to be hashed. Octets of a tag that is out of band, as Linux has it, are skipped. */
struct bond_frame {
	const uint8_t *data; /* from the destination address on */
	uint32_t len;        /* octets at data that may be read */
	uint16_t type_at;    /* offset of the type: 12, or 16 when a tag there counts as stripped */
	uint16_t net_at;     /* offset of what follows the type: type_at + 2 */
	uint16_t tci;        /* the stripped tag: priority, DEI and VLAN ID; 0: untagged */
};

/** @return the frame as it lies in memory: a tag in it is an ordinary header. Any thread. */
static inline struct bond_frame
bond_frame_raw(const uint8_t *data, uint32_t len)
{
	return (struct bond_frame){.data = data, .len = len, .type_at = 12, .net_at = 14};
}

/**
 * @return the frame as Linux bonding sees it: the outermost tag (0x8100 or 0x88a8), if there is
 *         one, is out of band, as on frames of VLAN devices and bridges. Any thread.
 */
static inline struct bond_frame
bond_frame_of(const uint8_t *data, uint32_t len)
{
	const bool tagged = len >= 18 && ((data[12] == 0x81 && data[13] == 0x00) ||
					  (data[12] == 0x88 && data[13] == 0xa8));

	/* Made in one piece: what is written in parts and copied at once stalls the processor. */
	return (struct bond_frame){
		.data = data,
		.len = len,
		.type_at = tagged ? 16 : 12,
		.net_at = tagged ? 18 : 14,
		.tci = tagged ? (uint16_t)(data[14] << 8 | data[15]) : 0,
	};
}

/**
 * The hash of a frame. Pure; reads no octet beyond len. Any thread.
 * Numbers in headers are combined as a little-endian host has them, on every host.
 *
 * Symmetric: ports count the same either way round, an ICMP reply as its request, ESP and AH by
 * address only (each direction has an SPI of its own), and vlan+srcmac takes the VLAN ID and both
 * MAC addresses. MAC and IP addresses are alike both ways under all other policies anyway.
 * @return 32 bits; what Linux would compute unless conf has a seed or is symmetric
 */
uint32_t bond_hash(const struct bond_hash_conf *conf, const struct bond_frame *frame);

/**
 * Mix the seed in, as the last step of bond_hash(); also for hashes that a NIC computed. Bijective
 * for each seed, so no two flows fall together that did not before; every bit of hash and seed
 * reaches the low octet, so flows that one bond sends one way spread anew in the next bond.
 * @return hash when seed is 0
 */
static inline uint32_t
bond_hash_seeded(uint32_t hash, uint32_t seed)
{
	if (seed != 0) {
		hash ^= seed;
		hash = (hash ^ hash >> 16) * UINT32_C(0x7feb352d);
		hash = (hash ^ hash >> 15) * UINT32_C(0x846ca68b);
		hash ^= hash >> 16;
	}
	return hash;
}

/** @return "layer3+4" and so on, NULL for another number */
const char *bond_hash_policy_name(uint32_t policy);

#endif
