/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_driver.c - a row for each driver that has to be treated unlike others. */
#include "dp_driver.h"

#include <stddef.h>
#include <string.h>

/*
 * Why a virtio device is not told how to spread (RSS): where QEMU cannot load its BPF program for that
 * (7.2 of Debian 12 never can), it does so itself, behind its queues. When a frame of the tap of
 * queue A finds no buffers in ring B, tap A is not read until ring A gets new buffers; but the device
 * has asked to be told of new buffers in ring B, and of no others. So nobody ever reads tap A again: a
 * worker that is late once costs the member for good what comes that way, LACP as well (found by
 * tests/vm/cases/queues.sh, which shows it). Without RSS a device with several queues returns a
 * conversation to the queue where its other half is sent (virtio 1.1, 5.1.6.5.5): one worker sees
 * both, too, and every ring is fed by a tap of its own.
 */
static const struct {
	const char *driver;
	uint32_t traits;
} rows[] = {
	{"net_memif", DP_TRAIT_WAITS},
	{"net_tap", DP_TRAIT_NO_LSC | DP_TRAIT_SOFTWARE},
	{"net_virtio", DP_TRAIT_EXACT | DP_TRAIT_ONLY_VLANS | DP_TRAIT_STEERS},
};

uint32_t
dp_driver_traits(const char *driver)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(driver, rows[i].driver) == 0)
			return rows[i].traits;
	return 0;
}
