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

int __real_kernel_list(struct kernel *k, uint16_t type, uint8_t family, size_t header, mnl_cb_t fn,
		       void *arg);
int __wrap_kernel_list(struct kernel *k, uint16_t type, uint8_t family, size_t header, mnl_cb_t fn,
		       void *arg);

/* A part of an answer that comes instead of the kernel's. */
struct part {
	uint16_t type, flags;
	int error;         /* of NLMSG_ERROR */
	unsigned int late; /* it belongs to so many requests before */
};

static const struct part *script; /* NULL: the kernel answers */
static unsigned int n_parts, n_read;

ssize_t __real_mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf, size_t size);
ssize_t __wrap_mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf, size_t size);

static struct kernel *asked; /* whose requests the script answers */

ssize_t
__wrap_mnl_socket_recvfrom(const struct mnl_socket *nl, void *buf, size_t size)
{
	const struct part *p = script + n_read;
	struct nlmsghdr *header;

	if (!script)
		return __real_mnl_socket_recvfrom(nl, buf, size);
	if (n_read == n_parts)
		fail_msg("it waits for what never comes");
	header = mnl_nlmsg_put_header(buf);
	header->nlmsg_type = p->type;
	header->nlmsg_flags = p->flags;
	header->nlmsg_seq = asked->seq - p->late;
	header->nlmsg_pid = mnl_socket_get_portid(nl);
	if (p->type == NLMSG_ERROR)
		((struct nlmsgerr *)mnl_nlmsg_put_extra_header(header, sizeof(struct nlmsgerr)))
			->error = p->error;
	else
		mnl_nlmsg_put_extra_header(header, sizeof(struct ifinfomsg));
	n_read++;
	return (ssize_t)header->nlmsg_len;
}

static int
count(const struct nlmsghdr *header, void *arg)
{
	(void)header;
	++*(unsigned int *)arg;
	return MNL_CB_OK;
}

/* @return what a list that is answered so comes to; all parts must have been read */
static int
answered(const struct part *parts, unsigned int n, mnl_cb_t fn, void *arg)
{
	struct kernel *k = open_kernel();
	int rc;

	asked = k;
	script = parts;
	n_parts = n;
	n_read = 0;
	rc = __real_kernel_list(k, RTM_GETLINK, 0, sizeof(struct ifinfomsg), fn, arg);
	script = NULL;
	assert_int_equal(n_read, n_parts);
	kernel_close(k);
	return rc;
}

#define ANSWERED(parts, fn, arg) answered(parts, sizeof(parts) / sizeof((parts)[0]), fn, arg)

/* Else the kernel would refuse the next one (EBUSY), for it is still writing this one. */
static void
a_list_is_read_to_its_end_whatever_goes_wrong(void **state)
{
	static const struct part parts[] = {
		{RTM_NEWLINK, NLM_F_MULTI, 0, 0},
		{RTM_NEWLINK, NLM_F_MULTI | NLM_F_DUMP_INTR, 0, 0},
		{RTM_NEWLINK, NLM_F_MULTI, 0, 0},
		{NLMSG_DONE, NLM_F_MULTI | NLM_F_DUMP_INTR, 0, 0},
	};
	unsigned int n = 0;
	int error = ENOMEM;

	(void)state;
	assert_int_equal(ANSWERED(parts, count, &n), -EINTR);
	assert_int_equal(n, 1);
	assert_int_equal(ANSWERED(parts, give_up, &error), -ENOMEM);
}

/* These two are also what libmnl says of a message that belongs to another request. */
static void
any_error_of_the_kernel_is_an_answer(void **state)
{
	static const int errors[] = {-ESRCH, -EPROTO, -EBUSY, -ENODEV};

	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		const struct part parts[] = {
			{RTM_NEWLINK, NLM_F_MULTI, 0, 1},
			{NLMSG_ERROR, 0, -EPERM, 2},
			{NLMSG_ERROR, 0, errors[i], 0},
		};
		unsigned int n = 0;

		assert_int_equal(ANSWERED(parts, count, &n), errors[i]);
		assert_int_equal(n, 0);
	}
}

static unsigned int n_interrupted; /* so many requests see their list change */

int
__wrap_kernel_list(struct kernel *k, uint16_t type, uint8_t family, size_t header, mnl_cb_t fn,
		   void *arg)
{
	const int rc = __real_kernel_list(k, type, family, header, fn, arg);

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
		cmocka_unit_test(a_list_is_read_to_its_end_whatever_goes_wrong),
		cmocka_unit_test(any_error_of_the_kernel_is_an_answer),
		cmocka_unit_test(a_list_that_changed_meanwhile_is_read_anew),
	};

	return cmocka_run_group_tests_name("kernel", tests, NULL, NULL);
}
