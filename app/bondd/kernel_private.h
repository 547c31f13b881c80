/* SPDX-License-Identifier: BSD-3-Clause */
/* kernel_private.h - what the files of kernel.h share. */
#ifndef KERNEL_PRIVATE_H
#define KERNEL_PRIVATE_H

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include "kernel.h"

#define KERNEL_BUFFER 32768 /* octets; the largest message a kernel sends */

struct kernel {
	struct mnl_socket *request;
	struct mnl_socket *event;
	uint32_t seq;
	struct kernel_hooks hooks;
};

/*
 * A list that changed while the kernel wrote it is asked for anew, so many times: what changes faster
 * than it can be read is an error (-EINTR).
 */
#define KERNEL_TRIES 8

/**
 * Send a request and pass every part of its answer to fn, until that fails. @param fn NULL: nobody
 * wants it @return 0 or -errno; -EINTR: the list changed meanwhile, so what fn has seen of it may be
 * wrong
 */
int kernel_request(struct kernel *k, struct nlmsghdr *request, mnl_cb_t fn, void *arg);

/**
 * Ask for a list. @param family of what is in it @param header octets of the request's own header
 * @return as kernel_request()
 */
int
kernel_list(struct kernel *k, uint16_t type, uint8_t family, size_t header, mnl_cb_t fn, void *arg);

/** Read a RTM_NEWLINK or RTM_DELLINK message. @return 0, -EINVAL: not one */
int kernel_link_parse(const struct nlmsghdr *header, struct kernel_link *link);

#endif
