/* SPDX-License-Identifier: BSD-3-Clause */
/* sysctl.h - settings of an interface under /proc/sys/net, in the network namespace of the calling thread. */
#ifndef SYSCTL_H
#define SYSCTL_H

#include <stdint.h>

/* Paths, with the name of the interface. */
#define SYSCTL_DISABLE_IPV6      "/proc/sys/net/ipv6/conf/%s/disable_ipv6"
#define SYSCTL_KEEP_ADDR_ON_DOWN "/proc/sys/net/ipv6/conf/%s/keep_addr_on_down"
#define SYSCTL_ARP_IGNORE        "/proc/sys/net/ipv4/conf/%s/arp_ignore"
#define SYSCTL_RP_FILTER         "/proc/sys/net/ipv4/conf/%s/rp_filter"

/** @return the value, not negative, or -errno */
int64_t sysctl_get(const char *format, const char *ifname);

/** @return 0 or -errno */
int sysctl_set(const char *format, const char *ifname, int64_t value);

#endif
