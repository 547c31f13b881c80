/* SPDX-License-Identifier: BSD-3-Clause */
/* plan.c - the sweeps, and the points that they come to. */
#include "plan.h"

#define LIST(...)                                                                                  \
	{                                                                                          \
		.n = sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), .v = { __VA_ARGS__ }    \
	}

static const struct plan_sweep quick[] = {
	{.name = "modes and policies",
	 .receive = true,
	 .members = LIST(2, 4, 8),
	 .traffic = LIST(BENCH_IPV4),
	 .sizes = LIST(0),
	 .flows = LIST(BENCH_HOT, BENCH_COLD),
	 .idle = LIST(0),
	 .nic_hash = LIST(0)},
	{.name = "mixed traffic",
	 .members = LIST(2, 4, 8),
	 .traffic = LIST(BENCH_MIX),
	 .sizes = LIST(0),
	 .flows = LIST(BENCH_HOT, BENCH_COLD),
	 .idle = LIST(0),
	 .nic_hash = LIST(0)},
	{.name = "with the NIC's hash",
	 .policies = LIST(2), /* layer3+4: none of them is computed */
	 .members = LIST(2, 4, 8),
	 .traffic = LIST(BENCH_IPV4),
	 .sizes = LIST(0),
	 .flows = LIST(BENCH_HOT, BENCH_COLD),
	 .idle = LIST(0),
	 .nic_hash = LIST(1)},
	{.name = "bonds that carry nothing",
	 .receive = true,
	 .policies = LIST(2),
	 .members = LIST(4),
	 .traffic = LIST(BENCH_IPV4),
	 .sizes = LIST(0),
	 .flows = LIST(BENCH_HOT),
	 .idle = LIST(0, 31),
	 .nic_hash = LIST(0)},
};

static const struct plan_sweep further[] = {
	{.name = "flows",
	 .policies = LIST(0, 2),
	 .members = LIST(4),
	 .traffic = LIST(BENCH_IPV4, BENCH_MIX),
	 .sizes = LIST(0),
	 .flows = LIST(1024, 4096, 16384, 65536),
	 .idle = LIST(0),
	 .nic_hash = LIST(0)},
	{.name = "kinds and sizes",
	 .receive = true,
	 .policies = LIST(2),
	 .members = LIST(4),
	 .sizes = LIST(64, 512, 1518),
	 .flows = LIST(BENCH_HOT, BENCH_COLD),
	 .idle = LIST(0),
	 .nic_hash = LIST(0)},
	{.name = "kinds and policies",
	 .members = LIST(4),
	 .traffic = LIST(BENCH_IPV6, BENCH_VLAN),
	 .sizes = LIST(0),
	 .flows = LIST(BENCH_HOT, BENCH_COLD),
	 .idle = LIST(0),
	 .nic_hash = LIST(0)},
};

const struct plan_sweep *
plan_sweeps(bool further_ones, unsigned int *n)
{
	*n = further_ones ? RTE_DIM(further) : RTE_DIM(quick);
	return further_ones ? further : quick;
}

struct plan_sweep
plan_chosen(void)
{
	return (struct plan_sweep){.name = "as chosen",
				   .receive = true,
				   .members = LIST(4),
				   .traffic = LIST(BENCH_IPV4),
				   .sizes = LIST(0),
				   .flows = LIST(BENCH_HOT, BENCH_COLD),
				   .idle = LIST(0),
				   .nic_hash = LIST(0)};
}

static unsigned int
length(const struct plan_list *l, unsigned int table)
{
	return l->n != 0 ? l->n : table;
}

static uint32_t
value(const struct plan_list *l, unsigned int i)
{
	return l->n != 0 ? l->v[i] : i;
}

/* All the frames that one bond of net_bonding, with one policy, is measured with. */
static void
visit_frames(const struct plan_sweep *s, struct bench_point p, plan_fn visit, void *ctx)
{
	for (unsigned int t = 0; t < length(&s->traffic, BENCH_TRAFFICS); t++)
		for (unsigned int z = 0; z < s->sizes.n; z++)
			for (unsigned int f = 0; f < s->flows.n; f++)
				for (unsigned int h = 0; h < s->nic_hash.n; h++)
					for (unsigned int i = 0; i < s->idle.n; i++) {
						p.traffic = value(&s->traffic, t);
						p.size = s->sizes.v[z];
						p.flows = s->flows.v[f];
						p.nic_hash = s->nic_hash.v[h];
						p.idle = s->idle.v[i];
						if (p.nic_hash && !p.mode->hashes)
							continue;
						visit(ctx, &p, s);
					}
}

void
plan_visit(const struct plan_sweep *s, plan_fn visit, void *ctx)
{
	for (unsigned int m = 0; m < length(&s->modes, bench_n_modes); m++)
		for (unsigned int n = 0; n < s->members.n; n++) {
			struct bench_point p = {
				.mode = &bench_modes[value(&s->modes, m)],
				.members = s->members.v[n],
			};

			if (!p.mode->hashes) {
				visit_frames(s, p, visit, ctx);
				continue;
			}
			for (unsigned int k = 0; k < length(&s->policies, bench_n_policies); k++) {
				p.policy = &bench_policies[value(&s->policies, k)];
				visit_frames(s, p, visit, ctx);
			}
		}
}
