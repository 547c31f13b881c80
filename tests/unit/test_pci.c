/* SPDX-License-Identifier: BSD-3-Clause */
/* test_pci.c - NICs are taken and given back as they were. */
#include "pci_owner.h"

#include <errno.h>
#include <string.h>

static void
a_nic_is_lent_to_dpdk_and_given_back_as_it_was(void **state)
{
	struct pci_lab_nic *n = pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);
	struct pci_device *d = take("eth1", ONE);

	(void)state;
	assert_string_equal(pci_lab_bound(&lab, ONE), VFIO);
	assert_string_equal(pci_lab_override(&lab, ONE), "");
	assert_string_equal(pci_kernel_driver(d), "e1000e");
	assert_string_equal(pci_dpdk_driver(d), VFIO);
	assert_false(pci_physical(&pci));
	assert_int_equal(records(), 1);
	pci_release_in(&lab.env, d);
	assert_as_it_was(n, "lan1", 1);
	assert_true(n->restored);
	assert_null(pci.held);
	assert_int_equal(records(), 0);
}

static void
the_interface_of_a_virtio_nic_is_found_below_it(void **state)
{
	struct pci_lab_nic *n = pci_lab_plug(&lab, ONE, NIC, "virtio-pci", 4);
	struct pci_device *d = take("eth1", ONE);

	(void)state;
	assert_int_equal(d->record.n_interfaces, 1);
	assert_string_equal(d->record.interface[0].name, "lan1");
	pci_release_in(&lab.env, d);
	assert_as_it_was(n, "lan1", 1);
}

static void
a_nic_without_a_driver_gets_none_back(void **state)
{
	struct pci_device *d;

	(void)state;
	pci_lab_plug(&lab, ONE, NIC, "", 4);
	d = take("eth1", ONE);
	assert_string_equal(pci_lab_bound(&lab, ONE), VFIO);
	pci_release_in(&lab.env, d);
	assert_string_equal(pci_lab_bound(&lab, ONE), "");
	assert_string_equal(pci_lab_override(&lab, ONE), "");
}

static void
a_nic_that_dpdk_can_use_already_is_left_so(void **state)
{
	static const char *const drivers[] = {VFIO, "uio_pci_generic", "mlx5_core"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		char address[PCI_ADDRESS_SIZE] = "0000:00:00.0";
		struct pci_device *d;

		address[6] += i;
		pci_lab_plug(&lab, address, NIC, drivers[i], 4 + i);
		d = take(drivers[i], address);
		assert_int_equal(lab.writes, 0);
		assert_int_equal(pci_physical(&pci), i == 1);
		pci_release_in(&lab.env, d);
		assert_int_equal(lab.writes, 0);
		assert_string_equal(pci_lab_bound(&lab, address), drivers[i]);
	}
}

static void
an_override_of_the_administrator_is_put_back(void **state)
{
	struct pci_device *d;

	(void)state;
	pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);
	pci_lab_file(&lab, "sys/devices/" ONE "/driver_override", "e1000e\n");
	d = take("eth1", ONE);
	assert_string_equal(pci_lab_override(&lab, ONE), "e1000e");
	pci_release_in(&lab.env, d);
	assert_string_equal(pci_lab_bound(&lab, ONE), "e1000e");
	assert_string_equal(pci_lab_override(&lab, ONE), "e1000e");
}

static void
without_an_iommu_it_goes_to_uio(void **state)
{
	struct pci_lab_nic *n = pci_lab_plug(&lab, ONE, NIC, "e1000e", -1);
	struct pci_device *d;

	(void)state;
	lab.conf.runtime.allow_no_iommu = true;
	lab.modules[1] = "uio_pci_generic";
	d = take("eth1", ONE);
	assert_string_equal(pci_lab_bound(&lab, ONE), "uio_pci_generic");
	assert_true(pci_physical(&pci));
	pci_release_in(&lab.env, d);
	assert_as_it_was(n, "lan1", 1);
}

static void
without_an_iommu_and_uio_vfio_is_made_to_do_it_and_made_safe_again(void **state)
{
	static const char unsafe[] = "sys/module/vfio/parameters/enable_unsafe_noiommu_mode";
	struct pci_lab_nic *n = pci_lab_plug(&lab, ONE, NIC, "e1000e", -1);
	struct pci_device *d;

	(void)state;
	lab.conf.runtime.allow_no_iommu = true;
	pci_lab_mkdir(&lab, "sys/module/vfio/parameters");
	pci_lab_file(&lab, unsafe, "N\n");
	d = take("eth1", ONE);
	assert_string_equal(pci_lab_bound(&lab, ONE), VFIO);
	assert_int_equal(pci_sysfs_unsafe(&lab.env), 1);
	assert_true(pci_physical(&pci));
	pci_release_in(&lab.env, d);
	assert_int_equal(pci_sysfs_unsafe(&lab.env), 0);
	assert_as_it_was(n, "lan1", 1);
}

static void
a_nic_that_is_refused_is_left_as_it_was(void **state)
{
	struct pci_lab_nic *n = pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);

	(void)state;
	strcpy(n->users.address, "192.0.2.1/24");
	assert_int_equal(refused("eth1", ONE), -EBUSY);
	assert_says("bond0: eth1: PCI device " ONE " (lan1) carries the address 192.0.2.1/24");
	assert_int_equal(lab.writes, 0);
	assert_int_equal(records(), 0);
	assert_as_it_was(n, "lan1", 1);
}

static void
a_kernel_without_the_driver_is_told_of(void **state)
{
	struct pci_lab_nic *n = pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);

	(void)state;
	lab.modules[0] = NULL;
	assert_int_equal(refused("eth1", ONE), -ENODEV);
	assert_says("needs driver vfio-pci, which this kernel does not have");
	assert_int_equal(lab.writes, 0);
	assert_as_it_was(n, "lan1", 1);
}

static void
a_driver_that_does_not_take_it_leaves_it_as_it_was(void **state)
{
	struct pci_lab_nic *n = pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);

	(void)state;
	lab.refuses = VFIO;
	assert_int_equal(refused("eth1", ONE), -EBUSY);
	assert_says("driver vfio-pci does not take it: Device or resource busy");
	assert_as_it_was(n, "lan1", 1);
	assert_int_equal(records(), 0);
}

static void
nics_of_one_group_go_back_with_the_last_of_them(void **state)
{
	struct pci_lab_nic *one = pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);
	struct pci_lab_nic *two = pci_lab_plug(&lab, TWO, NIC, "e1000e", 4);
	struct pci_device *d1, *d2;

	(void)state;
	pci_lab_member(&lab, "twin", TWO); /* else the other would be in the way */
	d1 = take("eth1", ONE);
	d2 = take("eth2", TWO);
	pci_release_in(&lab.env, d1);
	assert_string_equal(pci_lab_bound(&lab, ONE), VFIO); /* DPDK still has the group */
	pci_release_in(&lab.env, d2);
	assert_as_it_was(one, "lan1", 1);
	assert_as_it_was(two, "lan2", 2);
}

static void
an_unplugged_nic_is_forgotten(void **state)
{
	struct pci_device *d;

	(void)state;
	pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);
	d = take("eth1", ONE);
	pci_lab_unplug(&lab, ONE);
	lab.writes = 0;
	pci_release_in(&lab.env, d);
	assert_int_equal(lab.writes, 0);
	assert_int_equal(records(), 0);
}

static void
a_nic_that_was_taken_from_us_is_remembered_and_taken_again(void **state)
{
	struct pci_lab_nic *n = pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);
	struct pci_device *d = take("eth1", ONE);

	(void)state;
	assert_int_equal(pci_sysfs_bind(&lab.env, ONE, "", ""), 0);
	pci_abandon(d);
	assert_null(pci.held);
	assert_int_equal(records(), 1);
	d = take("eth1", ONE);
	assert_string_equal(pci_lab_bound(&lab, ONE), VFIO);
	assert_string_equal(pci_kernel_driver(d), "e1000e");
	pci_release_in(&lab.env, d);
	assert_as_it_was(n, "lan1", 1);
}

static void
a_nic_that_was_pulled_out_and_put_back_is_a_new_one(void **state)
{
	struct pci_device *d;

	(void)state;
	pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);
	d = take("eth1", ONE);
	pci_abandon(d);
	pci_lab_unplug(&lab, ONE);
	lab.n_nics = 0;
	pci_lab_plug(&lab, ONE, NIC, "igb", 4);
	d = take("eth1", ONE);
	assert_string_equal(pci_kernel_driver(d), "igb");
	pci_release_in(&lab.env, d);
	assert_string_equal(pci_lab_bound(&lab, ONE), "igb");
}

static void
a_nic_named_by_its_address_and_by_its_interface_is_refused(void **state)
{
	struct conf_member *other = pci_lab_member(&lab, "eth9", "ens9");
	struct conf_member *twin = pci_lab_member(&lab, "eth2", "lan1");

	(void)state;
	pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);
	other->kind = twin->kind = CONF_PORT_NETDEV;
	assert_int_equal(refused("eth1", ONE), -EBUSY);
	assert_says("member eth2 of bond0 as a netdev");
	assert_int_equal(lab.writes, 0);
}

static void
asking_changes_nothing(void **state)
{
	struct pci_lab_nic *n = pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);
	const struct conf_member *m = pci_lab_member(&lab, "eth1", ONE);

	(void)state;
	assert_int_equal(pci_check_in(&lab.env, &pci, "bond0", m, &err), 0);
	strcpy(n->users.master, "bridge br0");
	assert_int_equal(pci_check_in(&lab.env, &pci, "bond0", m, &err), -EBUSY);
	assert_says("is enslaved to bridge br0");
	assert_int_equal(lab.writes, 0);
	assert_int_equal(records(), 0);
	assert_as_it_was(n, "lan1", 1);
}

static void
what_somebody_else_bound_meanwhile_is_left_alone(void **state)
{
	struct pci_device *d;

	(void)state;
	pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);
	d = take("eth1", ONE);
	assert_int_equal(pci_sysfs_bind(&lab.env, ONE, "", ""), 0);
	pci_lab_driver(&lab, "igb_uio");
	assert_int_equal(pci_sysfs_bind(&lab.env, ONE, "igb_uio", ""), 0);
	pci_release_in(&lab.env, d);
	assert_string_equal(pci_lab_bound(&lab, ONE), "igb_uio");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		OWNER_TEST(a_nic_is_lent_to_dpdk_and_given_back_as_it_was),
		OWNER_TEST(the_interface_of_a_virtio_nic_is_found_below_it),
		OWNER_TEST(a_nic_without_a_driver_gets_none_back),
		OWNER_TEST(a_nic_that_dpdk_can_use_already_is_left_so),
		OWNER_TEST(an_override_of_the_administrator_is_put_back),
		OWNER_TEST(without_an_iommu_it_goes_to_uio),
		OWNER_TEST(without_an_iommu_and_uio_vfio_is_made_to_do_it_and_made_safe_again),
		OWNER_TEST(a_nic_that_is_refused_is_left_as_it_was),
		OWNER_TEST(a_kernel_without_the_driver_is_told_of),
		OWNER_TEST(a_driver_that_does_not_take_it_leaves_it_as_it_was),
		OWNER_TEST(nics_of_one_group_go_back_with_the_last_of_them),
		OWNER_TEST(an_unplugged_nic_is_forgotten),
		OWNER_TEST(a_nic_that_was_taken_from_us_is_remembered_and_taken_again),
		OWNER_TEST(a_nic_that_was_pulled_out_and_put_back_is_a_new_one),
		OWNER_TEST(a_nic_named_by_its_address_and_by_its_interface_is_refused),
		OWNER_TEST(asking_changes_nothing),
		OWNER_TEST(what_somebody_else_bound_meanwhile_is_left_alone),
	};

	return cmocka_run_group_tests_name("pci", tests, NULL, NULL);
}
