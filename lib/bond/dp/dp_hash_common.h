/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_hash_common.h - the hash of common frames, in plain C without branches that traffic decides. */
#ifndef DP_HASH_COMMON_H
#define DP_HASH_COMMON_H

#include <netinet/in.h>
#include <string.h>

#include <rte_byteorder.h>
#include <rte_ether.h>
#include <rte_ip.h>
#include <rte_mbuf.h>

#include "bond_hash_flow.h"
#include "dp_hash.h"

#define DP_STRIPPED (RTE_MBUF_F_RX_VLAN_STRIPPED | RTE_MBUF_F_TX_VLAN)

#define DP_SHORTEST 20 /* octets that are read of any frame */

/** @return flags of frames that the headers in memory do not tell everything of */
static inline uint64_t
dp_odd_flags(const struct bond_view *v)
{
	return v->nic_hash ? DP_STRIPPED | RTE_MBUF_F_RX_RSS_HASH : DP_STRIPPED;
}

/* Octets as a little-endian host reads them, and as they are written. */
static inline uint32_t
dp_le32(const uint8_t *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return rte_le_to_cpu_32(value);
}

static inline uint64_t
dp_le64(const uint8_t *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return rte_le_to_cpu_64(value);
}

static inline uint64_t
dp_be64(const uint8_t *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return rte_be_to_cpu_64(value);
}

/* Traffic may be mixed of tagged frames and others: to be used without a branch where that can be. */
static inline bool
dp_is_tag(uint32_t type)
{
	return (type == RTE_ETHER_TYPE_VLAN) | (type == RTE_ETHER_TYPE_QINQ);
}

/* The last octets of both addresses, and the type. */
static inline uint32_t
dp_common_ethernet(const uint8_t *data, uint32_t type)
{
	const uint64_t addresses = dp_le64(data + 4); /* octets 4 to 11 */

	return type ^ ((uint32_t)(addresses >> 8 ^ addresses >> 56) & 0xff);
}

static inline uint32_t
dp_common_layer2(const uint8_t *data)
{
	const uint64_t from12 = dp_le64(data + 12); /* the type, and the one behind a tag */
	const bool tagged = ((from12 & 0xffff) == 0x0081) | ((from12 & 0xffff) == 0xa888);

	return dp_common_ethernet(data, rte_bswap16((uint16_t)(from12 >> 32 * tagged)));
}

static inline uint32_t
dp_common_vlan_srcmac(const uint8_t *data)
{
	const uint64_t source = dp_be64(data + 6); /* and the type */
	const uint32_t tci = bond_be16(data + 14) & -(uint32_t)dp_is_tag(source & 0xffff);

	return tci ^ (uint32_t)(source >> 40) ^ (uint32_t)(source >> 16 & 0xffffff);
}

/* What is behind the Ethernet header, and its tag, if it has one. */
struct dp_common {
	const uint8_t *net;
	uint32_t type; /* number of its protocol */
	uint32_t len;  /* octets at net that may be read */
};

/* By a branch: to wait for one load before the next one would take longer for traffic that is alike. */
static inline struct dp_common
dp_common_of(const uint8_t *data, uint32_t len)
{
	const uint32_t type = bond_be16(data + 12);

	if (unlikely(dp_is_tag(type)))
		return (struct dp_common){data + 18, bond_be16(data + 16), len - 18};
	return (struct dp_common){data + 14, type, len - 14};
}

/* Hosts mix both as it comes: asked without a branch. */
static inline bool
dp_has_ports(uint32_t protocol)
{
	return (protocol == IPPROTO_TCP) | (protocol == IPPROTO_UDP);
}

/* Addresses, and the word with the ports. @return false: it is not TCP or UDP right behind its IP */
static inline bool
dp_common_network(const struct dp_common *c, uint32_t *addresses, uint32_t *ports)
{
	const uint8_t *ip = c->net;
	uint64_t sum;

	if (c->type == RTE_ETHER_TYPE_IPV4 && likely(c->len >= sizeof(struct rte_ipv4_hdr) + 4)) {
		const uint64_t from4 = dp_le64(ip + 4); /* identification to checksum */
		const bool in_one_piece = (from4 & UINT64_C(0xff3f0000)) == 0;

		sum = dp_le64(ip + 12);
		*addresses = (uint32_t)(sum ^ sum >> 32);
		*ports = dp_le32(ip + 20);
		return (ip[0] == 0x45) & in_one_piece & dp_has_ports(from4 >> 40 & 0xff);
	}
	if (c->type == RTE_ETHER_TYPE_IPV6 && likely(c->len >= sizeof(struct rte_ipv6_hdr) + 4)) {
		sum = dp_le64(ip + 8) ^ dp_le64(ip + 16) ^ dp_le64(ip + 24) ^ dp_le64(ip + 32);
		*addresses = (uint32_t)(sum ^ sum >> 32);
		*ports = dp_le32(ip + 40);
		return dp_has_ports(ip[6]);
	}
	return false;
}

static inline uint32_t
dp_fold(uint32_t hash)
{
	hash ^= hash >> 16;
	return hash ^ hash >> 8;
}

/**
 * As bond_hash() before a seed, of one policy, which is known when this is compiled.
 * @return false: it is not one of the common ones, *hash is untouched
 */
static inline __attribute__((always_inline)) bool
dp_hash_common(const struct rte_mbuf *m, enum bond_hash_policy policy, bool symmetric,
	       uint32_t *hash)
{
	const uint8_t *data = rte_pktmbuf_mtod(m, const uint8_t *);
	uint32_t addresses, ports;
	struct dp_common c;

	if (unlikely(m->data_len < DP_SHORTEST || m->ol_flags & DP_STRIPPED))
		return false;
	switch (policy) {
	case BOND_HASH_LAYER2:
		*hash = dp_common_layer2(data);
		return true;
	case BOND_HASH_VLAN_SRCMAC:
		if (symmetric)
			return false;
		*hash = dp_common_vlan_srcmac(data);
		return true;
	case BOND_HASH_LAYER23:
	case BOND_HASH_ENCAP23:
		c = dp_common_of(data, m->data_len);
		if (unlikely(!dp_common_network(&c, &addresses, &ports)))
			return false;
		*hash = dp_fold(dp_common_ethernet(data, c.type) ^ addresses);
		return true;
	case BOND_HASH_LAYER34:
	case BOND_HASH_ENCAP34:
		c = dp_common_of(data, m->data_len);
		if (unlikely(!dp_common_network(&c, &addresses, &ports)))
			return false;
		if (symmetric)
			ports = bond_ports_either_way(ports);
		*hash = dp_fold(addresses ^ ports) >> 1;
		return true;
	case BOND_HASH_POLICIES:
		break;
	}
	return false;
}

/** The hash of a frame, whatever it is: as dp_hash_any(), sooner where it is a common one. */
static inline __attribute__((always_inline)) uint32_t
dp_hash_one(const struct bond_view *v, const struct rte_mbuf *m, enum bond_hash_policy policy)
{
	uint32_t hash;

	if (policy == BOND_HASH_LAYER34 && v->nic_hash && dp_has_hash(m))
		return bond_hash_seeded(m->hash.rss, v->hash.seed);
	if (likely(dp_hash_common(m, policy, v->hash.symmetric, &hash)))
		return bond_hash_seeded(hash, v->hash.seed);
	return dp_hash_frame(v, m);
}

#endif
