/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_stats.c - names and sums of the counters. */
#include "dp_stats.h"

static const char *const names[DP_DROPS] = {
	[DP_DROP_RX_INACTIVE] = "rx_inactive_member", [DP_DROP_RX_HOST_DOWN] = "rx_host_down",
	[DP_DROP_RX_HOST_FULL] = "rx_host_full",      [DP_DROP_PUNT_FULL] = "punt_ring_full",
	[DP_DROP_TX_NO_MEMBER] = "tx_no_member",      [DP_DROP_TX_MEMBER_FULL] = "tx_member_full",
	[DP_DROP_CTRL_REFUSED] = "ctrl_refused",      [DP_DROP_NO_BUFFER] = "no_buffer",
	[DP_DROP_UNFINISHED] = "unfinished",
};

const char *
dp_drop_name(enum dp_drop reason)
{
	return names[reason];
}

void
dp_counters_add(struct dp_counters *sum, const struct dp_counters *add)
{
	/* The struct is nothing but 64-bit counters; the padding behind them stays zero. */
	const volatile uint64_t *from = (const volatile uint64_t *)add;
	uint64_t *to = (uint64_t *)sum;

	for (size_t i = 0; i < sizeof(*sum) / sizeof(*to); i++)
		to[i] += from[i];
}
