/* SPDX-License-Identifier: BSD-3-Clause */
/* probe_case.h - a bond in the laboratory of probes that has been up for a while. */
#ifndef PROBE_CASE_H
#define PROBE_CASE_H

#include "probe_lab.h"

static struct lab lab;

static inline void
start(const struct bond_options *o, unsigned int members)
{
	lab_start(&lab, o);
	for (unsigned int i = 0; i < members; i++)
		lab_attach(&lab, i, true);
	lab_advance(&lab, 5 * BOND_SEC);
	assert_true(lab.f.b.carrier);
	assert_int_equal(lab.f.b.member[0].link, BOND_LINK_UP);
	lab.f.log[0] = '\0';
}

static inline struct bond_options
validated(void)
{
	struct bond_options o = lab_options(BOND_MODE_ACTIVE_BACKUP);

	o.probe.validate = BOND_VALIDATE_ACTIVE | BOND_VALIDATE_BACKUP;
	return o;
}

static inline bool
is_up(unsigned int i)
{
	return lab.f.b.member[i].link == BOND_LINK_UP;
}

#endif
