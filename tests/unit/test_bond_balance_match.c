/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_balance_match.c - which frames balance-tlb and balance-alb spread, and by what. */
#include "balance_match.h"
#include "lab_frames.h"

/* A frame from the bond with that ethertype, and some octets of its payload set. */
struct sample {
	const char *what;
	uint8_t dst[6];
	uint16_t type;
	struct {
		uint8_t at, is; /* offset behind the ethertype; {0, 0}: no more */
	} octet[6];
	bool tlb, alb;
	uint8_t index; /* of alb */
	bool tells;    /* neighbours the MAC of the host */
};

#define PEER                                                                                       \
	{                                                                                          \
		2, 0, 0, 0, 9, 9                                                                   \
	}
#define EVERYBODY                                                                                  \
	{                                                                                          \
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff                                                 \
	}

static const struct sample samples[] = {
	{"IPv4", PEER, 0x0800, {{16, 0xa}, {17, 1}, {19, 4}}, true, true, 0xa ^ 1 ^ 4},
	{"IPv4, broadcast frame", EVERYBODY, 0x0800, {{16, 10}}, false, false, 0},
	{"IPv4, all ones",
	 PEER,
	 0x0800,
	 {{16, 255}, {17, 255}, {18, 255}, {19, 255}},
	 true,
	 false,
	 0},
	{"IGMP", PEER, 0x0800, {{9, 2}, {16, 224}}, true, false, 0},
	{"IPv4 multicast",
	 {1, 0, 0x5e, 0, 0, 5},
	 0x0800,
	 {{16, 224}, {19, 5}},
	 false,
	 true,
	 224 ^ 5},
	{"IPv6", PEER, 0x86dd, {{8, 1}, {24, 0xfd}, {39, 3}}, true, true, 0xfd ^ 3},
	{"IPv6 from ::", PEER, 0x86dd, {{24, 0xfd}}, true, false, 0},
	{"IPv6 to all nodes", {0x33, 0x33, 0, 0, 0, 1}, 0x86dd, {{8, 1}}, false, false, 0},
	{"IPv6 to a group",
	 {0x33, 0x33, 0, 0, 0, 2},
	 0x86dd,
	 {{8, 1}, {24, 0xff}, {39, 2}},
	 false,
	 true,
	 0xff ^ 2},
	{"NS", PEER, 0x86dd, {{6, 58}, {8, 1}, {40, 135}}, false, false, 0, true},
	{"NA", PEER, 0x86dd, {{6, 58}, {8, 1}, {40, 136}}, false, false, 0, true},
	{"RS",
	 {0x33, 0x33, 0, 0, 0, 2},
	 0x86dd,
	 {{6, 58}, {8, 1}, {40, 133}},
	 false,
	 false,
	 0,
	 true},
	{"RA to one", PEER, 0x86dd, {{6, 58}, {8, 1}, {40, 134}}, true, false, 0, true},
	{"redirect", PEER, 0x86dd, {{6, 58}, {8, 1}, {40, 137}}, true, true, 0},
	{"echo", PEER, 0x86dd, {{6, 58}, {8, 1}, {40, 128}}, true, true, 0},
	{"ARP", PEER, 0x0806, {{0, 0}}, false, false, 0, true},
	{"no IP", PEER, 0x1234, {{0, 0}}, false, false, 0},
};

static void
frames_are_balanced_as_linux_balances_them(void **state)
{
	(void)state;
	for (unsigned int tagged = 0; tagged < 3; tagged++)
		for (const struct sample *s = samples;
		     s < samples + sizeof(samples) / sizeof(samples[0]); s++) {
			struct bond_view v;
			uint8_t frame[LAB_FRAME] = {0}, *at = frame + 12;

			bond_view_clear(&v);
			memcpy(v.bond_mac, (const uint8_t[]){2, 0, 0, 0, 1, 0}, 6);
			memcpy(frame, s->dst, 6);
			memcpy(frame + 6, v.bond_mac, 6);
			for (unsigned int i = 0; i < tagged; i++)
				at = frame_put16(frame_put16(at, 0x8100), 7);
			at = frame_put16(at, s->type);
			for (unsigned int i = 0; i < 6 && (s->octet[i].at || s->octet[i].is); i++)
				at[s->octet[i].at] = s->octet[i].is;
			print_message("%s with %u tags\n", s->what, tagged);
			v.balance = BOND_BALANCE_TLB;
			assert_int_equal(bond_balance_is(&v, frame, sizeof(frame)), s->tlb);
			v.balance = BOND_BALANCE_ALB;
			assert_int_equal(bond_balance_is(&v, frame, sizeof(frame)), s->alb);
			assert_int_equal(bond_balance_tells(frame, sizeof(frame)), s->tells);
			if (s->alb)
				assert_int_equal(bond_balance_address(frame, sizeof(frame)),
						 s->index);
			for (size_t len = 0; len < 34; len++) { /* too short for any */
				assert_false(bond_balance_is(&v, frame, len));
				if (s->type == 0x86dd)
					assert_false(bond_balance_tells(frame, len));
			}
			frame[11] = 1; /* of somebody else, behind a bridge */
			assert_false(bond_balance_is(&v, frame, sizeof(frame)));
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_are_balanced_as_linux_balances_them),
	};
	return cmocka_run_group_tests_name("bond_balance_match", tests, NULL, NULL);
}
