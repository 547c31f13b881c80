/* SPDX-License-Identifier: BSD-3-Clause */
/* test_bond_balance_router.c - balance-alb: router discovery of the host takes no neighbour away. */
#include "balance_lab.h"

#define SOLICITS   133
#define ADVERTISES 134
#define OPTIONS    (14 + 40) /* where the message begins; its options come behind */

static const uint8_t all_nodes[16] = {0xff, 2, [15] = 1}, all_routers[16] = {0xff, 2, [15] = 2};
static const uint8_t mtu[8] = {5, 1, 0, 0, 0, 0, 5, 0xdc};

static void
start(bool ipv6)
{
	struct bond_options o = bond_options_default();

	o.mode = BOND_MODE_BALANCE_ALB;
	o.balance.ipv6 = ipv6;
	memcpy(o.system_mac, (const uint8_t[]){2, 0, 0, 0, 5, 5}, 6);
	lab_start_with(&o, LAB_ROOM);
	for (unsigned int n = 0; n < 3; n++)
		lab_attach(n, 10000);
	lab_wait(10);
}

/* Octets before the options. */
static size_t
length_of(uint8_t type)
{
	return type == SOLICITS ? 8 : 16;
}

/* An RS or RA of the host: an option of another kind, the one with its MAC, that other one again. */
static size_t
discovery(uint8_t *frame, uint8_t type, const uint8_t dst_mac[6], const uint8_t dst[16], bool tells)
{
	static const struct bond_tags untagged;
	const struct bond_ip host = lab_ip(true, 1);
	const uint8_t head[16] = {type}, option[] = {1, 1};
	const size_t length = length_of(type);
	uint8_t *at = frame_begin(frame, dst_mac, lab.f.b.mac, &untagged, FRAME_IPV6), *message;

	at = frame_put_ipv6(at, host.octet, dst, 58, 255, (uint16_t)(length + 16 + 8 * tells));
	message = at;
	at = frame_put(frame_put(at, head, length), mtu, sizeof(mtu));
	if (tells)
		at = frame_put(frame_put(at, option, sizeof(option)), lab.f.b.mac, 6);
	at = frame_put(at, mtu, sizeof(mtu));
	frame_finish_icmp6(message - 32, message, at);
	return frame_end(frame, at, &untagged);
}

static size_t
to_all(uint8_t *frame, uint8_t type, bool tells)
{
	const uint8_t group_mac[6] = {0x33, 0x33, 0, 0, 0, type == SOLICITS ? 2 : 1};

	return discovery(frame, type, group_mac, type == SOLICITS ? all_routers : all_nodes, tells);
}

static uint8_t
host_says(uint8_t *frame, size_t len)
{
	uint8_t slot;

	bond_balance_host_frame(&lab.f.b, frame, len, lab.f.now, &slot);
	return slot;
}

static void
what_all_hear_tells_no_mac(void **state)
{
	uint8_t frame[LAB_FRAME], without[LAB_FRAME];

	(void)state;
	start(true);
	for (uint8_t type = SOLICITS; type <= ADVERTISES; type++) {
		const size_t len = to_all(frame, type, true);

		memset(without, 0, sizeof(without));
		to_all(without, type, false); /* as if it never had the option */
		assert_int_equal(host_says(frame, len), 0);
		assert_true(lab_checksum_is_right(frame, len));
		assert_memory_equal(frame, without, len); /* padding is zero */
	}
	assert_int_equal(bond_balance_counts(&lab.f.b)->rewritten, 2);
	assert_int_equal(bond_balance_counts(&lab.f.b)->clients, 0);
	assert_int_equal(bond_balance_counts(&lab.f.b)->malformed, 0);
}

/* A router learns from an RS who the host is, a host from an RA who the router is. */
static void
neighbours_stay_where_they_are(void **state)
{
	uint8_t frame[LAB_FRAME];

	(void)state;
	start(true);
	for (unsigned int i = 0; i < LAB_CLIENTS; i++)
		lab_client_asks(i);
	for (uint8_t type = SOLICITS; type <= ADVERTISES; type++) {
		const size_t len = to_all(frame, type, true), at = OPTIONS + length_of(type);

		host_says(frame, len);
		for (size_t k = at; k < 54u + frame[19]; k += 8)
			assert_int_not_equal(frame[k], 1);
	}
	lab.updates = 0;
	lab_wait(10000);
	assert_int_equal(lab.updates, 0); /* nobody has to be told again */
}

static void
who_is_spoken_to_alone_is_told_its_member(void **state)
{
	uint8_t frame[LAB_FRAME], wanted[LAB_FRAME];
	size_t len;

	(void)state;
	start(true);
	for (unsigned int i = 0; i < LAB_CLIENTS; i++)
		lab_client_asks(i);
	for (unsigned int i = 1; i < LAB_CLIENTS; i += 2) {
		const struct lab_client *c = &lab.client[i];
		const uint8_t slot = lab_member_of(i);

		len = discovery(frame, ADVERTISES, c->mac, c->ip.octet, true);
		memcpy(wanted, frame, len);
		assert_int_equal(host_says(frame, len), slot);
		assert_true(lab_checksum_is_right(frame, len));
		memcpy(wanted + 6, lab.f.b.member[slot].mac, 6);
		memcpy(wanted + OPTIONS + 16 + 8 + 2, lab.f.b.member[slot].mac, 6);
		memcpy(wanted + 56, frame + 56, 2);
		assert_memory_equal(frame, wanted, len);
	}
}

/* What a frame is made to be before the host says it; returns its length. */
static size_t
without_address(uint8_t *frame, uint8_t type)
{
	const size_t len = to_all(frame, type, false);

	memset(frame + 22, 0, 16); /* it has none yet, so that it must tell no MAC */
	return len;
}

static size_t
of_a_guest(uint8_t *frame, uint8_t type)
{
	const size_t len = to_all(frame, type, true);

	frame[11]++; /* behind a bridge */
	return len;
}

static size_t
about_a_guest(uint8_t *frame, uint8_t type)
{
	const size_t len = to_all(frame, type, true);

	frame[OPTIONS + length_of(type) + sizeof(mtu) + 7]++;
	return len;
}

static size_t
longer_than_the_frame(uint8_t *frame, uint8_t type)
{
	const size_t len = to_all(frame, type, true);

	frame[18] = 1;
	return len;
}

static size_t
with_an_empty_option(uint8_t *frame, uint8_t type)
{
	const size_t len = to_all(frame, type, true);

	frame[OPTIONS + length_of(type) + 1] = 0; /* those behind it cannot be found */
	return len;
}

static void
what_tells_nothing_or_cannot_be_read_is_left_alone(void **state)
{
	static size_t (*const make[])(uint8_t * frame,
				      uint8_t type) = {without_address, of_a_guest, about_a_guest,
						       longer_than_the_frame, with_an_empty_option};
	uint8_t frame[LAB_FRAME], copy[LAB_FRAME];

	(void)state;
	start(true);
	for (uint8_t type = SOLICITS; type <= ADVERTISES; type++) {
		for (size_t k = 0; k < sizeof(make) / sizeof(make[0]); k++) {
			const size_t len = make[k](frame, type);

			memcpy(copy, frame, len);
			assert_int_equal(host_says(frame, len), 0);
			assert_memory_equal(frame, copy, len);
		}
		for (size_t cut = 0, len = to_all(copy, type, true); cut < 54u + copy[19]; cut++) {
			memcpy(frame, copy, len);
			assert_int_equal(host_says(frame, cut), 0);
			assert_memory_equal(frame, copy, len);
		}
	}
	assert_int_equal(bond_balance_counts(&lab.f.b)->foreign, 4);
}

static void
without_alb_ipv6_it_tells_the_bonds_mac(void **state)
{
	uint8_t frame[LAB_FRAME], copy[LAB_FRAME];

	(void)state;
	start(false);
	for (uint8_t type = SOLICITS; type <= ADVERTISES; type++) {
		const size_t len = to_all(frame, type, true);

		memcpy(copy, frame, len);
		assert_int_equal(host_says(frame, len), 0);
		assert_memory_equal(frame, copy, len);
	}
}

static unsigned int as_router, as_host; /* updates of IPv6 */

static void
note_flag(struct fixture *f, const uint8_t *frame, size_t len, uint8_t slot)
{
	(void)f, (void)len, (void)slot;
	if (lab_type(frame) == FRAME_IPV6)
		*(frame[58] & 0x80 ? &as_router : &as_host) += 1;
}

/* Who hears that a router is none any more forgets its routes through it. */
static void
updates_say_whether_the_host_is_a_router(void **state)
{
	(void)state;
	for (unsigned int router = 0; router < 2; router++) {
		start(true);
		lab.address[1].router = router;
		bond_net_set(&lab.f.b, &lab.net);
		for (unsigned int i = 0; i < LAB_CLIENTS; i++)
			lab_host_asks(i); /* so that it has not said what it is */
		lab.f.sent = note_flag;
		as_router = as_host = 0;
		fixture_do(&lab.f, "cut m1");
		lab_wait(1);
		assert_true((router ? as_router : as_host) > 0);
		assert_int_equal(router ? as_host : as_router, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_all_hear_tells_no_mac),
		cmocka_unit_test(neighbours_stay_where_they_are),
		cmocka_unit_test(who_is_spoken_to_alone_is_told_its_member),
		cmocka_unit_test(what_tells_nothing_or_cannot_be_read_is_left_alone),
		cmocka_unit_test(without_alb_ipv6_it_tells_the_bonds_mac),
		cmocka_unit_test(updates_say_whether_the_host_is_a_router),
	};
	return cmocka_run_group_tests_name("bond_balance_router", tests, NULL, NULL);
}
