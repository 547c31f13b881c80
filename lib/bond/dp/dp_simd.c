/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_simd.c - asks CPU and EAL how wide vectors may be. */
/* The limit of EAL is experimental in 22.11 only by its age; later versions have it as it is. */
#define ALLOW_EXPERIMENTAL_API
#include "dp_simd.h"

#include <stdbool.h>
#include <stddef.h>

#include <rte_common.h>
#include <rte_cpuflags.h>
#include <rte_vect.h>

#if defined(DP_HAVE_AVX2) || defined(DP_HAVE_AVX512)
static bool
has_all(const enum rte_cpu_flag_t *flag, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (rte_cpu_get_flag_enabled(flag[i]) <= 0)
			return false;
	return true;
}
#endif

static bool
has_avx2(void)
{
#ifdef DP_HAVE_AVX2
	static const enum rte_cpu_flag_t needed[] = {RTE_CPUFLAG_AVX2, RTE_CPUFLAG_BMI2};

	return has_all(needed, RTE_DIM(needed));
#else
	return false;
#endif
}

static bool
has_avx512(void)
{
#ifdef DP_HAVE_AVX512
	static const enum rte_cpu_flag_t needed[] = {
		RTE_CPUFLAG_AVX512F,  RTE_CPUFLAG_AVX512BW,   RTE_CPUFLAG_AVX512DQ,
		RTE_CPUFLAG_AVX512VL, RTE_CPUFLAG_AVX512VBMI, RTE_CPUFLAG_AVX512VBMI2,
		RTE_CPUFLAG_BMI2,
	};

	return has_all(needed, RTE_DIM(needed));
#else
	return false;
#endif
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
	const uint16_t bits = rte_vect_get_max_simd_bitwidth();

	if (bits >= RTE_VECT_SIMD_512 && has_avx512())
		return DP_SIMD_AVX512;
	if (bits >= RTE_VECT_SIMD_256 && has_avx2())
		return DP_SIMD_AVX2;
	return DP_SIMD_NONE;
}

const char *
dp_simd_name(enum dp_simd simd)
{
	static const char *const names[] = {
		[DP_SIMD_NONE] = "none", [DP_SIMD_AVX2] = "avx2", [DP_SIMD_AVX512] = "avx512"};

	return names[simd];
}
