/* SPDX-License-Identifier: BSD-3-Clause */
/* bond_hash.h - from the headers of a frame to the number of its flow, bit-exact with Linux. */
#ifndef BOND_HASH_H
#define BOND_HASH_H

#include <stdint.h>

/**
 * Policy layer2: last octet of either address and the type, by exclusive or. Any thread.
 * @param frame at least 14 octets, from the destination address on
 */
static inline uint32_t
bond_hash_layer2(const uint8_t *frame)
{
	return (uint32_t)(frame[5] ^ frame[11] ^ (frame[12] << 8 | frame[13]));
}

#endif
