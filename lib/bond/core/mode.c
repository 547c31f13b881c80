/* SPDX-License-Identifier: BSD-3-Clause */
/* mode.c - the list of modes, and what the elect() of each may use. */
#include <string.h>

#include "bond_machine.h"

static const struct bond_mode *const modes[] = {
	&bond_mode_balance_rr,  &bond_mode_active_backup, &bond_mode_balance_xor,
	&bond_mode_broadcast,   &bond_mode_8023ad,        &bond_mode_balance_tlb,
	&bond_mode_balance_alb,
};

#define N_MODES (sizeof(modes) / sizeof(modes[0]))

const struct bond_mode *
bond_mode_by_number(uint32_t number)
{
	for (size_t i = 0; i < N_MODES; i++)
		if ((uint32_t)modes[i]->number == number)
			return modes[i];
	return NULL;
}

const struct bond_mode *
bond_mode_by_name(const char *name)
{
	for (size_t i = 0; i < N_MODES; i++)
		if (strcmp(modes[i]->name, name) == 0)
			return modes[i];
	/* One digit is all the numbers there are; more would only hide a slip of the finger. */
	if (name[0] >= '0' && name[0] <= '9' && name[1] == '\0')
		return bond_mode_by_number((uint32_t)(name[0] - '0'));
	return NULL;
}

const struct bond_mode *const *
bond_modes(size_t *n)
{
	*n = N_MODES;
	return modes;
}

void
bond_view_activate(struct bond_view *v, uint8_t slot)
{
	v->tx |= UINT32_C(1) << slot;
	v->active[v->n_active++] = slot;
}
