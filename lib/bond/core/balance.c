/* SPDX-License-Identifier: BSD-3-Clause */
/* balance.c - balance-tlb and balance-alb as a whole: their start, their options, their clock. */
#include "bond_machine.h"

struct bond_balance_options
bond_balance_options_default(void)
{
	return (struct bond_balance_options){
		.dynamic_lb = true,
		.lp_interval_s = 1,
		.ipv6 = true,
	};
}
