/* SPDX-License-Identifier: BSD-3-Clause */
/* test_kernel.c - an answer of the kernel that was given up does not spoil those after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "kernel_net.h"
#include "kernel_private.h"

static struct kernel *
open_kernel(void)
{
	const struct kernel_hooks none = {.ctx = NULL};
	struct kernel *k = NULL;

	assert_int_equal(kernel_open(&k, &none), 0);
	return k;
}

static int
give_up(const struct nlmsghdr *header, void *arg)
{
	const int *error = arg;

	(void)header;
	errno = *error;
	return MNL_CB_ERROR;
}

/* As when the kernel says that the list changed while it was written, or memory ends. */
static int
ask_and_give_up(struct kernel *k, int error)
{
	char buf[KERNEL_BUFFER];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);

	request->nlmsg_type = RTM_GETLINK;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	mnl_nlmsg_put_extra_header(request, sizeof(struct ifinfomsg));
	return kernel_request(k, request, give_up, &error);
}

static void
the_rest_of_an_answer_that_was_given_up_is_skipped(void **state)
{
	struct kernel *k = open_kernel();
	struct kernel_link link;

	(void)state;
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ask_and_give_up(k, EINTR), -EINTR);
		assert_int_equal(kernel_link_by_name(k, "lo", &link), 0);
		assert_string_equal(link.name, "lo");
		assert_int_equal(ask_and_give_up(k, ENOMEM), -ENOMEM);
		assert_int_equal(ask_and_give_up(k, ENOMEM), -ENOMEM);
		assert_int_equal(kernel_link_by_name(k, "no-such-thing", &link), -ENODEV);
		assert_int_equal(kernel_link_by_index(k, 1, &link), 0);
		assert_string_equal(link.name, "lo");
	}
	kernel_close(k);
}

static unsigned int n_interrupted; /* so many requests see their list change */

int __real_kernel_request(struct kernel *k, struct nlmsghdr *request, mnl_cb_t fn, void *arg);
int __wrap_kernel_request(struct kernel *k, struct nlmsghdr *request, mnl_cb_t fn, void *arg);

int
__wrap_kernel_request(struct kernel *k, struct nlmsghdr *request, mnl_cb_t fn, void *arg)
{
	const int rc = __real_kernel_request(k, request, fn, arg);

	if (n_interrupted == 0)
		return rc;
	n_interrupted--;
	return -EINTR;
}

static void
a_list_that_changed_meanwhile_is_read_anew(void **state)
{
	struct kernel *k = open_kernel();
	struct kernel_address a[2][4];
	struct kernel_routes routes;
	struct kernel_net net[2] = {{.device = NULL}, {.device = NULL}};
	int n;

	(void)state;
	n = kernel_addresses(k, 1, a[0], 4);
	assert_true(n >= 0);
	n_interrupted = 3;
	assert_int_equal(kernel_addresses(k, 1, a[1], 4), n);
	n_interrupted = 1000;
	assert_int_equal(kernel_addresses(k, 1, a[1], 4), -EINTR);
	assert_int_equal(kernel_routes(k, 1, &routes), -EINTR);
	assert_int_equal(kernel_net_read(k, 1, &net[1]), -EINTR);
	assert_int_equal(net[1].n_devices, 0);
	n_interrupted = 2;
	assert_int_equal(kernel_routes(k, 1, &routes), 0);
	n_interrupted = 0;
	assert_int_equal(kernel_net_read(k, 1, &net[0]), 0);
	n_interrupted = 2;
	assert_int_equal(kernel_net_read(k, 1, &net[1]), 0);
	assert_int_equal(net[0].n_devices, net[1].n_devices);
	kernel_net_free(&net[0]);
	kernel_net_free(&net[1]);
	kernel_close(k);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rest_of_an_answer_that_was_given_up_is_skipped),
		cmocka_unit_test(a_list_that_changed_meanwhile_is_read_anew),
	};

	return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
