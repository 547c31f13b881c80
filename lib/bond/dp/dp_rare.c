/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_rare.c - finds the few received frames that are for the control thread, in plain C. */
#include "dp_rare.h"

#include <string.h>

#include <rte_byteorder.h>
#include <rte_ether.h>

#include "bfd_match.h"
#include "neighbour_match.h"

bool
dp_rare_is_slow(const struct rte_mbuf *m)
{
	const struct rte_ether_hdr *eth = rte_pktmbuf_mtod(m, const struct rte_ether_hdr *);
	const struct rte_vlan_hdr *tag = (const struct rte_vlan_hdr *)(eth + 1);

	if (likely(eth->ether_type != RTE_BE16(RTE_ETHER_TYPE_VLAN)))
		return eth->ether_type == RTE_BE16(RTE_ETHER_TYPE_SLOW);
	return m->data_len >= sizeof(*eth) + sizeof(*tag) &&
	       (tag->vlan_tci & RTE_BE16(0x0fff)) == 0 &&
	       tag->eth_proto == RTE_BE16(RTE_ETHER_TYPE_SLOW);
}

/* The type, and the one behind a tag with VID 0, of eight octets as a little-endian host reads them. */
#define SLOW          UINT64_C(0x0988)
#define SLOW_MASK     UINT64_C(0xffff)
#define PRIORITY      UINT64_C(0x098800000081)
#define PRIORITY_MASK UINT64_C(0xffffff0fffff)

/* Sooner, and without a branch that traffic decides. Short frames are not asked for their lengths. */
static inline bool
may_be_slow(const struct rte_mbuf *m)
{
	uint64_t from12;

	memcpy(&from12, rte_pktmbuf_mtod_offset(m, const uint8_t *, 12), sizeof(from12));
	from12 = rte_le_to_cpu_64(from12);
	return ((from12 & SLOW_MASK) == SLOW) | ((from12 & PRIORITY_MASK) == PRIORITY);
}

static uint64_t
find_slow(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, uint16_t n, bool fetch)
{
	uint64_t rare = 0;

	(void)b;
	(void)fetch;
	for (uint16_t i = 0; i < n; i++)
		if (unlikely(may_be_slow(pkt[i])))
			rare |= (uint64_t)dp_rare_is_slow(pkt[i]) << i;
	return rare;
}

static uint64_t
find_any(const struct dp_bond_view *b, struct rte_mbuf *const *pkt, uint16_t n, bool fetch)
{
	const uint8_t punt = b->bond.punt;
	uint64_t rare = 0;

	(void)fetch;
	for (uint16_t i = 0; i < n; i++) {
		const uint8_t *frame = rte_pktmbuf_mtod(pkt[i], const uint8_t *);

		if ((punt & BOND_PUNT_SLOW && dp_rare_is_slow(pkt[i])) ||
		    (punt & BOND_PUNT_NEIGHBOUR && bond_neighbour_is(frame, pkt[i]->data_len)) ||
		    (punt & BOND_PUNT_BFD && bond_bfd_is(frame, pkt[i]->data_len)))
			rare |= UINT64_C(1) << i;
	}
	return rare;
}

dp_rare_fn
dp_rare_select(uint8_t punt, enum dp_simd simd)
{
#ifdef DP_HAVE_AVX512
	if (simd == DP_SIMD_AVX512 && punt == BOND_PUNT_NEIGHBOUR)
		return dp_rare_neighbour_avx512;
#endif
	if ((punt & ~BOND_PUNT_SLOW) != 0)
		return find_any;
#ifdef DP_HAVE_AVX512
	if (simd == DP_SIMD_AVX512)
		return dp_rare_slow_avx512;
#endif
#ifdef DP_HAVE_AVX2
	if (simd >= DP_SIMD_AVX2)
		return dp_rare_slow_avx2;
#endif
	(void)simd;
	return find_slow;
}

bool
dp_rare_fetches(dp_rare_fn fn)
{
	bool fetches = false;

#ifdef DP_HAVE_AVX2
	fetches |= fn == dp_rare_slow_avx2;
#endif
#ifdef DP_HAVE_AVX512
	fetches |= fn == dp_rare_slow_avx512;
#endif
	(void)fn;
	return fetches;
}

dp_igmp_fn
dp_igmp_select(enum dp_simd simd)
{
#ifdef DP_HAVE_AVX512
	if (simd == DP_SIMD_AVX512)
		return dp_may_be_igmp_avx512;
#endif
#ifdef DP_HAVE_AVX2
	if (simd >= DP_SIMD_AVX2)
		return dp_may_be_igmp_avx2;
#endif
	(void)simd;
	return NULL;
}
