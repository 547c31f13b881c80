/* SPDX-License-Identifier: BSD-3-Clause */
/* kernel.c - the two netlink sockets, requests with their answers, and the dispatch of events. */
#include "kernel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "kernel_private.h"

/* Of linux/rtnetlink.h, since Linux 6.14. */
#define GROUP_IPV4_MCADDR    37 /* RTNLGRP_ */
#define GROUP_IPV6_MCADDR    38
#define MESSAGE_NEWMULTICAST 56 /* RTM_ */
#define MESSAGE_DELMULTICAST 57

#define EVENT_BUFFER  (4 << 20) /* octets of events the kernel may queue before it loses some */
#define EVENTS_A_TURN 256       /* whoever changes interfaces all the time delays no LACPDU */

int
kernel_open(struct kernel **kernel, const struct kernel_hooks *hooks)
{
	struct kernel *k = calloc(1, sizeof(*k));
	const int size = EVENT_BUFFER;

	if (k == NULL)
		return -ENOMEM;
	k->hooks = *hooks;
	k->request = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	k->event = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (k->request == NULL || k->event == NULL ||
	    mnl_socket_bind(k->request, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_bind(k->event, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
			    MNL_SOCKET_AUTOPID) < 0) {
		const int rc = -errno;

		kernel_close(k);
		return rc;
	}
	for (int group = GROUP_IPV4_MCADDR; group <= GROUP_IPV6_MCADDR; group++)
		(void)mnl_socket_setsockopt(k->event, NETLINK_ADD_MEMBERSHIP, &group,
					    sizeof(group)); /* else somebody looks every second */
	if (setsockopt(mnl_socket_get_fd(k->event), SOL_SOCKET, SO_RCVBUFFORCE, &size,
		       sizeof(size)) < 0)
		setsockopt(mnl_socket_get_fd(k->event), SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	*kernel = k;
	return 0;
}

void
kernel_close(struct kernel *k)
{
	if (k == NULL)
		return;
	if (k->request != NULL)
		mnl_socket_close(k->request);
	if (k->event != NULL)
		mnl_socket_close(k->event);
	free(k);
}

int
kernel_event_fd(const struct kernel *k)
{
	return mnl_socket_get_fd(k->event);
}

/* What becomes of an answer while it is read. */
struct answer {
	mnl_cb_t fn;
	void *arg;
	int error; /* errno: it is of no use any more */
};

/*
 * While the kernel writes a list it refuses to begin another one (EBUSY): whatever goes wrong with a
 * list, it is read to its end.
 */
static int
take(const struct nlmsghdr *header, void *arg)
{
	struct answer *a = arg;
	int rc;

	if (a->fn == NULL || a->error != 0)
		return MNL_CB_OK;
	rc = a->fn(header, a->arg);
	if (rc >= MNL_CB_STOP)
		return rc;
	a->error = errno;
	return header->nlmsg_flags & NLM_F_MULTI ? MNL_CB_OK : MNL_CB_STOP;
}

/* Does the kernel say that the list changed while it was written? libmnl would stop there. */
static bool
take_off_marks(struct nlmsghdr *header, int len)
{
	bool marked = false;

	for (; mnl_nlmsg_ok(header, len); header = mnl_nlmsg_next(header, &len)) {
		marked |= (header->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
		header->nlmsg_flags &= (uint16_t)~NLM_F_DUMP_INTR;
	}
	return marked;
}

/* @return MNL_CB_OK: there is more to come; MNL_CB_STOP: that was all; or -errno */
static int
read_part(struct kernel *k, struct answer *a)
{
	char buf[KERNEL_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *first = (struct nlmsghdr *)buf;
	const ssize_t n = mnl_socket_recvfrom(k->request, buf, sizeof(buf));
	int rc;

	if (n < 0)
		return errno == EINTR ? MNL_CB_OK : -errno;
	/* Not by the error of mnl_cb_run(), which the kernel may have sent as well. */
	if (!mnl_nlmsg_ok(first, (int)n) || first->nlmsg_seq != k->seq)
		return MNL_CB_OK; /* of an earlier request, which was given up */
	if (take_off_marks(first, (int)n) && a->error == 0)
		a->error = EINTR;
	rc = mnl_cb_run(buf, (size_t)n, k->seq, mnl_socket_get_portid(k->request), take, a);
	return rc < 0 ? -errno : rc;
}

int
kernel_request(struct kernel *k, struct nlmsghdr *request, mnl_cb_t fn, void *arg)
{
	struct answer answer = {.fn = fn, .arg = arg};
	int rc;

	request->nlmsg_seq = ++k->seq;
	if (mnl_socket_sendto(k->request, request, request->nlmsg_len) < 0)
		return -errno;
	do
		rc = read_part(k, &answer);
	while (rc > MNL_CB_STOP);
	return rc < 0 ? rc : -answer.error;
}

int
kernel_list(struct kernel *k, uint16_t type, uint8_t family, size_t header, mnl_cb_t fn, void *arg)
{
	char buf[KERNEL_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *request = mnl_nlmsg_put_header(buf);

	request->nlmsg_type = type;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	*(uint8_t *)mnl_nlmsg_put_extra_header(request, header) = family; /* the first in all */
	return kernel_request(k, request, fn, arg);
}

static int
event(const struct nlmsghdr *header, void *arg)
{
	struct kernel *k = arg;
	struct kernel_link link;

	if ((header->nlmsg_type == RTM_NEWLINK || header->nlmsg_type == RTM_DELLINK) &&
	    kernel_link_parse(header, &link) == 0)
		k->hooks.link(k->hooks.ctx, &link, header->nlmsg_type == RTM_DELLINK);
	if (header->nlmsg_type == RTM_NEWADDR || header->nlmsg_type == RTM_DELADDR)
		k->hooks.address(k->hooks.ctx);
	if (header->nlmsg_type == MESSAGE_NEWMULTICAST ||
	    header->nlmsg_type == MESSAGE_DELMULTICAST)
		k->hooks.groups(k->hooks.ctx);
	return MNL_CB_OK;
}

void
kernel_dispatch(struct kernel *k)
{
	char buf[KERNEL_BUFFER];

	for (int i = 0; i < EVENTS_A_TURN; i++) {
		const ssize_t n = mnl_socket_recvfrom(k->event, buf, sizeof(buf));

		if (n < 0 && errno == ENOBUFS) {
			k->hooks.resync(k->hooks.ctx);
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		mnl_cb_run(buf, n, 0, 0, event, k);
	}
}
