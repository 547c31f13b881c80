/* SPDX-License-Identifier: BSD-3-Clause */
/* fuzz_lacp_pdu.c - any bytes as a frame: the parser stays inside, and agrees with the builder. */
#include <stdlib.h>
#include <string.h>

#include "lacp_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool ok)
{
	if (!ok)
		abort();
}

static void
require_same(const struct lacp_info *a, const struct lacp_info *b)
{
	require(lacp_info_same_identity(a, b) && a->state == b->state);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t da[6] = {0x01, 0x80, 0xc2, 0, 0, 2};
	struct lacp_frame in, again;
	uint8_t raw[LACP_FRAME_SIZE];
	const enum lacp_parse parse = lacp_parse(data, size, da, &in);

	require((unsigned int)parse < LACP_PARSE_REASONS);
	require(strcmp(lacp_parse_name(parse), "unknown") != 0);
	if (parse == LACP_PARSE_LACPDU) {
		require(size >= LACP_FRAME_SIZE);
		lacp_build_pdu(raw, da, in.src, &in.pdu);
		require(lacp_parse(raw, sizeof(raw), da, &again) == parse);
		require_same(&in.pdu.actor, &again.pdu.actor);
		require_same(&in.pdu.partner, &again.pdu.partner);
		require(in.pdu.collector_max_delay == again.pdu.collector_max_delay);
	} else if (parse == LACP_PARSE_MARKER || parse == LACP_PARSE_MARKER_RESPONSE) {
		lacp_build_marker(raw, da, in.src, &in.marker);
		require(lacp_parse(raw, sizeof(raw), da, &again) == parse);
		require(in.marker.transaction == again.marker.transaction);
		require(in.marker.port == again.marker.port);
	}
	return 0;
}
