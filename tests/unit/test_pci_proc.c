/* SPDX-License-Identifier: BSD-3-Clause */
/* test_pci_proc.c - processes that have a NIC open, and logins that come in over its addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pci_lab.h"

#define NIC  0x020000
#define ONE  "0000:03:00.0"
#define HEAD "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n"

static struct pci_lab lab;
static char text[96];

static int
set_up(void **state)
{
	(void)state;
	pci_lab_open(&lab);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	pci_lab_close(&lab);
	return 0;
}

/* A process with one descriptor. */
static void
process(int pid, const char *name, const char *open)
{
	char path[64], line[40];

	snprintf(path, sizeof(path), "proc/%d/fd", pid);
	pci_lab_mkdir(&lab, path);
	snprintf(path, sizeof(path), "proc/%d/fd/3", pid);
	pci_lab_link(&lab, path, open);
	snprintf(path, sizeof(path), "proc/%d/comm", pid);
	snprintf(line, sizeof(line), "%s\n", name);
	pci_lab_file(&lab, path, line);
}

/* The login over one address. */
static const char *
login(int family, const char *address)
{
	struct kernel_address a = {.family = family};

	assert_int_equal(inet_pton(family, address, a.addr), 1);
	return pci_proc_login(&lab.env, &a, 1, text, sizeof(text));
}

static const char *
holder(void)
{
	struct pci_facts f;

	pci_sysfs_look(&lab.env, ONE, &f);
	return pci_proc_holder(&lab.env, &f, text, sizeof(text));
}

static void
the_process_with_the_iommu_group_open_is_named(void **state)
{
	(void)state;
	pci_lab_plug(&lab, ONE, NIC, "vfio-pci", 12);
	assert_string_equal(holder(), "");
	process(41, "other", "/dev/vfio/13");
	assert_string_equal(holder(), "");
	process(getpid(), "self", "/dev/vfio/12");
	assert_string_equal(holder(), "");
	assert_true(pci_proc_own(&lab.env, 12));
	assert_false(pci_proc_own(&lab.env, 13));
	process(42, "dpdk-testpmd", "/dev/vfio/12");
	assert_string_equal(holder(), "dpdk-testpmd (pid 42)");
}

static void
a_group_counts_only_under_vfio(void **state)
{
	(void)state;
	pci_lab_plug(&lab, ONE, NIC, "e1000e", 12);
	process(42, "qemu", "/dev/vfio/12"); /* with another device of the group */
	assert_string_equal(holder(), "");
}

static void
the_process_with_the_uio_device_open_is_named(void **state)
{
	(void)state;
	pci_lab_plug(&lab, ONE, NIC, "uio_pci_generic", -1);
	pci_lab_mkdir(&lab, "sys/devices/" ONE "/uio/uio3");
	process(41, "other", "/dev/uio33");
	assert_string_equal(holder(), "");
	process(42, "dpdk-l2fwd", "/dev/uio3");
	assert_string_equal(holder(), "dpdk-l2fwd (pid 42)");
}

static void
a_login_is_found_by_its_address(void **state)
{
	(void)state;
	pci_lab_file(&lab, "proc/net/tcp",
		     HEAD
		     "   0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000 "
		     "    0        0 100 1\n"
		     "   1: 010200C0:0016 070200C0:C350 01 00000000:00000000 02:00000000 00000000 "
		     "    0        0 4711 4\n");
	process(611, "sshd", "socket:[100]"); /* listens everywhere */
	assert_string_equal(login(AF_INET, "192.0.2.1"), "");
	process(612, "sshd-session", "socket:[4711]");
	assert_string_equal(login(AF_INET, "192.0.2.1"), "sshd-session (pid 612) from 192.0.2.7");
	assert_string_equal(login(AF_INET, "192.0.2.2"), "");
}

static void
other_programs_are_no_logins(void **state)
{
	(void)state;
	pci_lab_file(&lab, "proc/net/tcp",
		     HEAD
		     "   1: 010200C0:0050 070200C0:C350 01 00000000:00000000 02:00000000 00000000 "
		     "    0        0 4711 4\n");
	process(612, "nginx", "socket:[4711]");
	assert_string_equal(login(AF_INET, "192.0.2.1"), "");
}

static void
connections_that_have_ended_do_not_count(void **state)
{
	(void)state;
	pci_lab_file(&lab, "proc/net/tcp",
		     HEAD
		     "   1: 010200C0:0016 070200C0:C350 06 00000000:00000000 02:00000000 00000000 "
		     "    0        0 4711 4\n");
	process(612, "sshd", "socket:[4711]");
	assert_string_equal(login(AF_INET, "192.0.2.1"), "");
}

static void
a_login_over_ipv6_is_found_also_over_a_link_local_address(void **state)
{
	(void)state;
	pci_lab_file(&lab, "proc/net/tcp6",
		     HEAD "   1: 000080FE00000000FF00000001000000:0016 "
			  "000080FE00000000FF00000002000000:C350 01 00000000:00000000 02:00000000 "
			  "00000000     0        0 4711 4\n");
	process(612, "dropbear", "socket:[4711]");
	assert_string_equal(login(AF_INET6, "fe80::ff:0:1"),
			    "dropbear (pid 612) from fe80::ff:0:2");
}

static void
ipv4_in_a_socket_for_ipv6_is_ipv4(void **state)
{
	(void)state;
	pci_lab_file(&lab, "proc/net/tcp6",
		     HEAD "   1: 0000000000000000FFFF0000010200C0:0016 "
			  "0000000000000000FFFF0000070200C0:C350 01 00000000:00000000 02:00000000 "
			  "00000000     0        0 4711 4\n");
	process(612, "sshd", "socket:[4711]");
	assert_string_equal(login(AF_INET, "192.0.2.1"), "sshd (pid 612) from 192.0.2.7");
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_process_with_the_iommu_group_open_is_named),
		TEST(a_group_counts_only_under_vfio),
		TEST(the_process_with_the_uio_device_open_is_named),
		TEST(a_login_is_found_by_its_address),
		TEST(other_programs_are_no_logins),
		TEST(connections_that_have_ended_do_not_count),
		TEST(a_login_over_ipv6_is_found_also_over_a_link_local_address),
		TEST(ipv4_in_a_socket_for_ipv6_is_ipv4),
	};

	return cmocka_run_group_tests_name("pci_proc", tests, NULL, NULL);
}
