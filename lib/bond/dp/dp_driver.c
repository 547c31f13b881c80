/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_driver.c - a row for each driver that has to be treated unlike others. */
#include "dp_driver.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *driver;
	uint32_t traits;
} rows[] = {
	{"net_memif", DP_TRAIT_WAITS},
	{"net_tap", DP_TRAIT_NO_LSC | DP_TRAIT_SOFTWARE},
	{"net_virtio", DP_TRAIT_EXACT | DP_TRAIT_ONLY_VLANS},
};

uint32_t
dp_driver_traits(const char *driver)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(driver, rows[i].driver) == 0)
			return rows[i].traits;
	return 0;
}
