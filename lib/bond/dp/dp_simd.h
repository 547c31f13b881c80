/* SPDX-License-Identifier: BSD-3-Clause */
/* dp_simd.h - how wide the vectors are that the hot path may use on this machine. */
#ifndef DP_SIMD_H
#define DP_SIMD_H

/* From narrow to wide: where a function has no vectors so wide, those of the next narrower do. */
enum dp_simd {
	DP_SIMD_NONE,   /* plain C */
	DP_SIMD_AVX2,   /* AVX2, BMI2 */
	DP_SIMD_AVX512, /* F, BW, DQ, VL, VBMI, VBMI2 */
};

/**
 * Let DPDK use 512-bit vectors where they do not lower the clock: on CPUs that have VBMI2, which
 * the first generation had not. Does nothing if --force-max-simd-bitwidth was given.
 * Main thread, after rte_eal_init() and before ports are started.
 */
void dp_simd_init(void);

/** @return what CPU, DPDK's limit and this build allow. Any thread, after rte_eal_init() */
enum dp_simd dp_simd_level(void);

/** @return "none", "avx2", "avx512". Any thread */
const char *dp_simd_name(enum dp_simd simd);

#endif
