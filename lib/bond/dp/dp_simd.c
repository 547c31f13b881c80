/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_simd.c - asks CPU and EAL how wide vectors may be. */
/* The limit of EAL is experimental in 22.11 only by its age; later versions have it as it is. */
#define ALLOW_EXPERIMENTAL_API
#include "dp_simd.h"

#include <stdbool.h>
#include <stddef.h>

#include <rte_cpuflags.h>
#include <rte_vect.h>

#ifdef DP_HAVE_AVX512
static bool
has_avx512(void)
{
	static const enum rte_cpu_flag_t needed[] = {
		RTE_CPUFLAG_AVX512F,  RTE_CPUFLAG_AVX512BW,   RTE_CPUFLAG_AVX512DQ,
		RTE_CPUFLAG_AVX512VL, RTE_CPUFLAG_AVX512VBMI, RTE_CPUFLAG_AVX512VBMI2,
		RTE_CPUFLAG_BMI2,
	};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (rte_cpu_get_flag_enabled(needed[i]) <= 0)
			return false;
	return true;
}

void
dp_simd_init(void)
{
	if (has_avx512())
		rte_vect_set_max_simd_bitwidth(RTE_VECT_SIMD_512);
}

enum dp_simd
dp_simd_level(void)
{
	return has_avx512() && rte_vect_get_max_simd_bitwidth() >= RTE_VECT_SIMD_512
		       ? DP_SIMD_AVX512
		       : DP_SIMD_NONE;
}
#else
void
dp_simd_init(void)
{
}

enum dp_simd
dp_simd_level(void)
{
	return DP_SIMD_NONE;
}
#endif
