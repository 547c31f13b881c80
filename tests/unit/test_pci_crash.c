/* SPDX-License-Identifier: BSD-3-Clause */
/* test_pci_crash.c - NICs are given back as they were, whoever dies before, wherever. */
#include "pci_owner.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NEVER 99 /* writes that no work here needs */

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

		owner_teardown(NULL);
		owner_setup(NULL);
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

/* Its driver may be missing for a while, or something else have the device. */
static void
what_cannot_be_given_back_is_remembered(void **state)
{
	struct pci_lab_nic *n = pci_lab_plug(&lab, ONE, NIC, "e1000e", 4);
	struct pci_record r;

	(void)state;
	take_and_die(pci_lab_member(&lab, "eth1", ONE), NEVER);
	lab.refuses = "e1000e";
	said = 0;
	assert_int_equal(pci_recover(&lab.env, NULL, say), 1);
	assert_int_equal(said, 0);
	assert_int_equal(records(), 1);
	assert_false(pci_record_is_held(&lab.env, &r)); /* anybody may try again */
	lab.refuses = NULL;
	assert_int_equal(pci_recover(&lab.env, NULL, say), 1);
	assert_int_equal(said, 1);
	assert_as_it_was(n, "lan1", 1);
	assert_int_equal(records(), 0);
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
	const struct CMUnitTest tests[] = {
		OWNER_TEST(whoever_dies_wherever_leaves_nothing_that_is_not_put_right),
		OWNER_TEST(what_cannot_be_given_back_is_remembered),
		OWNER_TEST(the_next_daemon_goes_on_with_what_a_dead_one_took),
		OWNER_TEST(a_dead_ones_nic_goes_back_when_the_next_refuses_it),
		OWNER_TEST(a_living_owner_is_named),
		OWNER_TEST(damaged_records_are_removed_and_harm_nobody),
	};

	return cmocka_run_group_tests_name("pci_crash", tests, NULL, NULL);
}
