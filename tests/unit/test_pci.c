/* SPDX-License-Identifier: BSD-3-Clause */
/* test_pci.c - NICs are taken and given back as they were, whoever dies in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"
#include "pci_lab.h"

#define NIC   0x020000
#define ONE   "0000:03:00.0"
#define TWO   "0000:03:00.1"
#define VFIO  "vfio-pci"
#define NEVER 99 /* writes that no work here needs */

static struct pci_lab lab;
static struct pci pci;
static struct conf_err err;

static int
set_up(void **state)
{
	(void)state;
	pci_lab_open(&lab);
	pci = (struct pci){.conf = &lab.conf, .hugepages = true};
	err.msg[0] = '\0';
	log_set_level(LOG_LEVEL_ERROR);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	while (pci.held != NULL) {
		pci.held->used = false;
		pci_release_in(&lab.env, pci.held);
	}
	pci_lab_close(&lab);
	return 0;
}

static struct pci_device *
take(const char *name, const char *address)
{
	const struct conf_member *m = pci_lab_member(&lab, name, address);
	struct pci_device *d;
	int rc = pci_take_in(&lab.env, &pci, "bond0", m, &d, &err);

	if (rc < 0)
		fail_msg("%s", err.msg);
	d->used = true;
	return d;
}

static int
refused(const char *name, const char *address)
{
	const struct conf_member *m = pci_lab_member(&lab, name, address);
	struct pci_device *d;
	int rc = pci_take_in(&lab.env, &pci, "bond0", m, &d, &err);

	assert_true(rc < 0);
	assert_null(pci.held);
	return rc;
}

static void
assert_says(const char *part)
{
	if (strstr(err.msg, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, err.msg);
}

/* As pci_lab_plug() made it. */
static void
assert_as_it_was(const struct pci_lab_nic *n, const char *name, unsigned int number)
{
	const uint8_t mac[6] = {2, 1, 1, 1, 1, (uint8_t)number};

	assert_string_equal(pci_lab_bound(&lab, n->address), n->driver);
	assert_string_equal(pci_lab_override(&lab, n->address), "");
	assert_string_equal(n->now.name, name);
	assert_int_equal(n->now.mtu, 9000);
	assert_true(n->now.up);
	assert_memory_equal(n->now.mac, mac, 6);
}

static unsigned int
records(void)
{
	struct pci_record r;
	unsigned int n = 0;

	for (unsigned int i = 0; i < lab.n_nics; i++)
		n += pci_record_read(&lab.env, lab.nic[i].address, &r) != -ENOENT;
	return n;
}

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

/* In a process of its own that ends without a word, before a write (NEVER: when all is done). */
static void
take_and_die(const struct conf_member *m, unsigned int write)
{
	const pid_t child = fork();
	int status;

	if (child == 0) {
		struct pci_device *d;

		lab.die_at = write;
		pci_take_in(&lab.env, &pci, "bond0", m, &d, &err);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	/* What the child changed is in files, but for the interface. */
	if (strcmp(pci_lab_bound(&lab, ONE), lab.nic[0].driver) != 0)
		lab.nic[0].now.name[0] = '\0';
}

static unsigned int said;

static void
say(const char *sentence)
{
	said += strstr(sentence, "given back to driver e1000e") != NULL;
}

static void
whoever_dies_wherever_leaves_nothing_that_is_not_put_right(void **state)
{
	(void)state;
	for (unsigned int write = 1; write < 7; write++) {
		struct pci_lab_nic *n;

		tear_down(NULL);
		set_up(NULL);
		said = 0;
		n = pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);
		take_and_die(pci_lab_member(&lab, "eth1", ONE), write < 6 ? write : NEVER);
		assert_int_equal(pci_recover(&lab.env, NULL, say), 1);
		assert_int_equal(said, 1);
		assert_as_it_was(n, "lan1", 1);
		assert_int_equal(records(), 0);
		assert_int_equal(pci_recover(&lab.env, NULL, say), 0);
	}
}

static void
the_next_daemon_goes_on_with_what_a_dead_one_took(void **state)
{
	struct pci_lab_nic *n = pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);
	const struct conf_member *m = pci_lab_member(&lab, "eth1", ONE);
	struct pci_device *d;

	(void)state;
	take_and_die(m, NEVER);
	assert_int_equal(pci_recover(&lab.env, &lab.conf, say), 0); /* it is still a member */
	assert_int_equal(pci_take_in(&lab.env, &pci, "bond0", m, &d, &err), 0);
	assert_int_equal(lab.writes, 0);
	assert_string_equal(pci_lab_bound(&lab, ONE), VFIO);
	pci_release_in(&lab.env, d);
	assert_as_it_was(n, "lan1", 1);
}

static void
a_dead_ones_nic_goes_back_when_the_next_refuses_it(void **state)
{
	struct pci_lab_nic *n = pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);
	const struct conf_member *m = pci_lab_member(&lab, "eth1", ONE);
	struct pci_device *d;

	(void)state;
	take_and_die(m, NEVER);
	pci_lab_plug(&lab, TWO, 0x010600, "ahci", 4);
	assert_int_equal(pci_take_in(&lab.env, &pci, "bond0", m, &d, &err), -EBUSY);
	assert_says("shares IOMMU group 4 with " TWO " (ahci)");
	assert_as_it_was(n, "lan1", 1);
	assert_int_equal(records(), 0);
}

static void
a_living_owner_is_named(void **state)
{
	const struct conf_member *m;
	struct pci_record r;
	struct pci_device *d;
	int up[2], status;
	char ready;
	pid_t child;

	(void)state;
	pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);
	m = pci_lab_member(&lab, "eth1", ONE);
	assert_int_equal(pipe(up), 0);
	child = fork();
	if (child == 0) {
		ready = pci_take_in(&lab.env, &pci, "bond7", m, &d, &err) == 0;
		if (write(up[1], &ready, 1) == 1)
			pause();
		_exit(0);
	}
	assert_int_equal(read(up[0], &ready, 1), 1);
	assert_true(ready);
	assert_int_equal(pci_take_in(&lab.env, &pci, "bond0", m, &d, &err), -EBUSY);
	assert_says("belongs to bond7 of another dpdk-bondd (pid ");
	assert_true(pci_record_is_held(&lab.env, &r));
	assert_int_equal(r.pid, child);
	assert_int_equal(pci_recover(&lab.env, NULL, say), 0);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_false(pci_record_is_held(&lab.env, &r));
	lab.nic[0].now.name[0] = '\0';
	assert_int_equal(pci_recover(&lab.env, NULL, say), 1);
	close(up[0]);
	close(up[1]);
}

static void
damaged_records_are_removed_and_harm_nobody(void **state)
{
	static const char *const texts[] = {
		"", "{\"pid\": 1, ", "[]",
		"{\"pid\": 1, \"bond\": \"b\", \"address\": \"" ONE "\", \"driver_was\": \"../x\", "
		"\"driver_set\": \"vfio-pci\", \"override_was\": \"\", \"unsafe_was_off\": false, "
		"\"interfaces\": []}"};
	struct pci_lab_nic *n = pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		pci_lab_mkdir(&lab, "run/pci");
		pci_lab_file(&lab, "run/pci/" ONE ".json", texts[i]);
		assert_int_equal(pci_recover(&lab.env, NULL, say), 0);
		assert_int_equal(records(), 0);
		assert_int_equal(lab.writes, 0);
		assert_as_it_was(n, "lan1", 1);
	}
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_nic_is_lent_to_dpdk_and_given_back_as_it_was),
		TEST(the_interface_of_a_virtio_nic_is_found_below_it),
		TEST(a_nic_without_a_driver_gets_none_back),
		TEST(a_nic_that_dpdk_can_use_already_is_left_so),
		TEST(an_override_of_the_administrator_is_put_back),
		TEST(without_an_iommu_it_goes_to_uio),
		TEST(without_an_iommu_and_uio_vfio_is_made_to_do_it_and_made_safe_again),
		TEST(a_nic_that_is_refused_is_left_as_it_was),
		TEST(a_kernel_without_the_driver_is_told_of),
		TEST(a_driver_that_does_not_take_it_leaves_it_as_it_was),
		TEST(nics_of_one_group_go_back_with_the_last_of_them),
		TEST(an_unplugged_nic_is_forgotten),
		TEST(a_nic_that_was_taken_from_us_is_remembered_and_taken_again),
		TEST(a_nic_that_was_pulled_out_and_put_back_is_a_new_one),
		TEST(asking_changes_nothing),
		TEST(what_somebody_else_bound_meanwhile_is_left_alone),
		TEST(whoever_dies_wherever_leaves_nothing_that_is_not_put_right),
		TEST(the_next_daemon_goes_on_with_what_a_dead_one_took),
		TEST(a_dead_ones_nic_goes_back_when_the_next_refuses_it),
		TEST(a_living_owner_is_named),
		TEST(damaged_records_are_removed_and_harm_nobody),
	};

	return cmocka_run_group_tests_name("pci", tests, NULL, NULL);
}
