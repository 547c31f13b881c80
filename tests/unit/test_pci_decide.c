/* SPDX-License-Identifier: BSD-3-Clause */
/* test_pci_decide.c - which NICs are refused, with which words, and which driver the others get. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "pci_private.h"

#define BUS "bond0: eth1: PCI device 0000:03:00.0"
#define US  BUS " (ens3) "

static struct conf_bond bond;
static const struct conf conf = {.n_bonds = 1, .bonds = &bond};
static struct pci_facts f;
static struct pci_users *const u = &f.users[0];
static struct pci_terms t;
static struct pci_plan plan;
static struct conf_err err;

/* A NIC that nobody uses, behind an IOMMU. */
static int
set_up(void **state)
{
	(void)state;
	f = (struct pci_facts){.address = "0000:03:00.0",
			       .present = true,
			       .class = 0x020000,
			       .driver = "e1000e",
			       .group = 12,
			       .translated = true,
			       .n_interfaces = 1,
			       .interface = {{.name = "ens3"}}};
	t = (struct pci_terms){.bond = "bond0", .member = "eth1", .hugepages = true, .conf = &conf};
	memset(&bond, 0, sizeof(bond));
	err.msg[0] = '\0';
	return 0;
}

static void
refused(int rc, const char *sentence)
{
	assert_int_equal(pci_decide(&f, &t, &plan, &err), rc);
	if (strncmp(err.msg, sentence, strlen(sentence)) != 0)
		fail_msg("\"%s\" does not begin with \"%s\"", err.msg, sentence);
}

static void
bound_to(const char *driver, bool physical)
{
	if (pci_decide(&f, &t, &plan, &err) < 0)
		fail_msg("%s", err.msg);
	assert_true(plan.bind);
	assert_string_equal(plan.driver, driver);
	assert_int_equal(plan.physical, physical);
}

static void
a_free_nic_behind_an_iommu_goes_to_vfio(void **state)
{
	(void)state;
	bound_to("vfio-pci", false);
	t.hugepages = false;
	bound_to("vfio-pci", false);
}

static void
what_is_not_there_is_told_with_what_is(void **state)
{
	(void)state;
	f.present = false;
	f.n_interfaces = 0;
	refused(-ENODEV, BUS " is not there, and no network card is");
	strcpy(f.cards, "0000:04:00.0 (igb)");
	refused(-ENODEV, BUS " is not there, the network cards here are 0000:04:00.0 (igb)");
}

static void
only_network_cards_are_taken(void **state)
{
	(void)state;
	f.n_interfaces = 0;
	f.class = 0x010601;
	refused(-EINVAL, BUS " is no network card: it is a storage controller (class 0106)");
	f.class = 0x030000;
	refused(-EINVAL, BUS " is no network card: it is a display controller (class 0300)");
	f.class = 0x028000;
	refused(-EINVAL, BUS " is no network card: it is a network controller of another kind");
	f.class = 0xff0000;
	refused(-EINVAL, BUS " is no network card: it is another kind of device (class ff00)");
	f.class = 0x020700; /* InfiniBand, which some cards for Ethernet are */
	f.driver[0] = '\0';
	bound_to("vfio-pci", false);
}

static void
who_uses_it_is_named_and_force_does_not_help(void **state)
{
	(void)state;
	for (int force = 0; force < 2; force++) {
		set_up(NULL);
		t.force = force;
		strcpy(u->master, "bridge br0");
		refused(-EBUSY, US "is enslaved to bridge br0: release it first "
				   "(ip link set ens3 nomaster)");
		set_up(NULL);
		t.force = force;
		strcpy(u->upper, "vlan ens3.10");
		refused(-EBUSY, US "carries vlan ens3.10: remove that first (ip link del ens3.10)");
		set_up(NULL);
		t.force = force;
		strcpy(u->owner, "bond1 of another dpdk-bondd (pid 7)");
		refused(-EBUSY, US "belongs to bond1 of another dpdk-bondd (pid 7)");
		set_up(NULL);
		t.force = force;
		strcpy(f.holder, "dpdk-testpmd (pid 9)");
		refused(-EBUSY, US "is used by dpdk-testpmd (pid 9)");
	}
}

static void
traffic_is_in_the_way_unless_forced(void **state)
{
	(void)state;
	u->unread = -EINTR;
	refused(-EINTR, US "may carry addresses and routes, which cannot be read (Interrupted "
			   "system call): try again, or give the member force = 1");
	strcpy(u->address, "192.0.2.1/24");
	refused(-EBUSY, US "carries the address 192.0.2.1/24: remove it first");
	strcpy(u->route, "198.51.100.0/24");
	refused(-EBUSY, US "carries the route 198.51.100.0/24: remove it first");
	u->only_default = true;
	refused(-EBUSY, US "is the only one with the default route: give the member force = 1");
	strcpy(u->login, "sshd (pid 612) from 192.0.2.7");
	refused(-EBUSY,
		US "carries the login of sshd (pid 612) from 192.0.2.7, which would end: give");
	t.force = true;
	bound_to("vfio-pci", false);
}

static void
the_second_interface_of_a_nic_counts_as_well(void **state)
{
	(void)state;
	f.n_interfaces = 2;
	strcpy(f.interface[1].name, "ens3d1");
	strcpy(f.users[1].master, "team team0");
	refused(-EBUSY, US "is enslaved to team team0: release it first (ip link set ens3d1");
}

static void
an_interface_in_another_namespace_is_in_the_way_unless_forced(void **state)
{
	(void)state;
	f.n_interfaces = 0;
	f.hidden = true;
	refused(-EBUSY, BUS " has driver e1000e, but no interface here: it is in another network");
	t.force = true;
	bound_to("vfio-pci", false);
}

static void
the_rest_of_the_group_is_named(void **state)
{
	(void)state;
	f.n_peers = 5;
	f.peer[0] = (struct pci_peer){"0000:03:00.1", "ixgbe"};
	f.peer[1] = (struct pci_peer){"0000:00:1c.0", "pcieport"};
	f.peer[2] = (struct pci_peer){"0000:03:00.2", ""};
	f.peer[3] = (struct pci_peer){"0000:03:00.3", "vfio-pci"};
	f.peer[4] = (struct pci_peer){"0000:00:1f.3", "snd_hda_intel"};
	refused(-EBUSY, US "shares IOMMU group 12 with 0000:03:00.1 (ixgbe), 0000:00:1f.3 "
			   "(snd_hda_intel): all of a group go to DPDK or none");
	t.force = true;
	refused(-EBUSY, US "shares IOMMU group 12");
	f.n_peers = 1;
	bond.n_members = 1;
	bond.member[0].kind = CONF_PORT_PCI;
	strcpy(bond.member[0].port, "0000:03:00.1"); /* it comes along */
	bound_to("vfio-pci", false);
}

static void
without_an_iommu_nothing_happens_unless_allowed(void **state)
{
	(void)state;
	f.group = -1;
	t.have_uio = t.have_unsafe = true;
	refused(-ENODEV, US "is behind no IOMMU: switch it on");
	t.allow_no_iommu = true;
	bound_to("uio_pci_generic", true);
	assert_false(plan.unsafe);
	t.have_uio = false;
	bound_to("vfio-pci", true);
	assert_true(plan.unsafe);
	t.have_unsafe = false;
	refused(-ENODEV, US "is behind no IOMMU, and this kernel has neither uio_pci_generic nor");
	t.driver = CONF_PCI_VFIO;
	refused(-ENODEV, US "is behind no IOMMU, and this kernel has no vfio without");
	t.have_unsafe = true;
	bound_to("vfio-pci", true);
}

static void
without_an_iommu_hugepages_are_needed(void **state)
{
	(void)state;
	f.group = -1;
	t.have_uio = t.allow_no_iommu = true;
	t.hugepages = false;
	refused(-ENOMEM, US "needs hugepages, as it reaches memory without an IOMMU "
			    "(uio_pci_generic): reserve them");
	strcpy(f.driver, "igb_uio"); /* also when somebody else bound it */
	f.n_interfaces = 0;
	refused(-ENOMEM, BUS " needs hugepages");
}

static void
uio_behind_an_iommu_works_only_where_that_lets_all_pass(void **state)
{
	(void)state;
	t.driver = CONF_PCI_UIO;
	t.allow_no_iommu = true;
	refused(-EINVAL, US "is behind an IOMMU, which would stop it under uio_pci_generic");
	f.translated = false;
	bound_to("uio_pci_generic", true);
}

static void
a_driver_for_dpdk_is_kept(void **state)
{
	static const struct {
		const char *driver;
		bool no_iommu, physical;
	} rows[] = {{"vfio-pci", false, false},
		    {"vfio-pci", true, true},
		    {"uio_pci_generic", false, true},
		    {"igb_uio", false, true},
		    {"mlx5_core", false, false}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		strcpy(f.driver, rows[i].driver);
		f.no_iommu = rows[i].no_iommu;
		assert_int_equal(pci_decide(&f, &t, &plan, &err), 0);
		assert_false(plan.bind);
		assert_string_equal(plan.driver, rows[i].driver);
		assert_int_equal(plan.physical, rows[i].physical);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(a_free_nic_behind_an_iommu_goes_to_vfio),
		TEST(what_is_not_there_is_told_with_what_is),
		TEST(only_network_cards_are_taken),
		TEST(who_uses_it_is_named_and_force_does_not_help),
		TEST(traffic_is_in_the_way_unless_forced),
		TEST(the_second_interface_of_a_nic_counts_as_well),
		TEST(an_interface_in_another_namespace_is_in_the_way_unless_forced),
		TEST(the_rest_of_the_group_is_named),
		TEST(without_an_iommu_nothing_happens_unless_allowed),
		TEST(without_an_iommu_hugepages_are_needed),
		TEST(uio_behind_an_iommu_works_only_where_that_lets_all_pass),
		TEST(a_driver_for_dpdk_is_kept),
	};

	return cmocka_run_group_tests_name("pci_decide", tests, NULL, NULL);
}
