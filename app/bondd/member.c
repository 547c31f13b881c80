/* SPDX-License-Identifier: BSD-3-Clause */
/* member.c - opens, asks and tells the port behind a member, whatever kind it is of. */
#include "member.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ethtool.h"
#include "host_offload.h"
#include "kernel.h"
#include "log.h"
#include "netdev.h"
#include "pci.h"
#include "reset.h"

/* The kernel reports carrier changes, but may hold an event back for a second: look often. */
#define POLL_WITHOUT_INTERRUPT (10 * BOND_MSEC)
#define SPEED_INTERVAL         BOND_SEC /* between two looks at the speed of an unchanged link */
#define XDP_BUFFERS            2048 /* that its driver holds for each queue, and never returns */
#define ANY_ARGUMENT           ((void *)-1) /* of rte_eth_dev_callback_unregister() */

static int
on_link_interrupt(uint16_t port_id, enum rte_eth_event_type event, void *arg, void *ret)
{
	const int fd = (int)(intptr_t)arg;
	const uint64_t one = 1;

	(void)port_id;
	(void)event;
	(void)ret;
	return write(fd, &one, sizeof(one)) < 0 ? -1 : 0; /* EAL's interrupt thread: only wake */
}

static int
open_port(struct bondd_bond *b, struct bondd_member *m, const char *devargs, uint16_t queues,
	  bool set_mtu, struct conf_err *err)
{
	struct dp_port_conf conf = {.label = m->conf->name,
				    .devargs = devargs,
				    .queues = queues,
				    .mtu = b->conf->mtu,
				    .set_mtu = set_mtu};
	const struct host_offload offload = host_offload_decide(&b->conf->host, b->host.type);
	struct dp_err why;
	int rc;

	host_offload_ask_member(&offload, &conf);
	rc = dp_port_open(&b->daemon->dp, &conf, &m->port, &why);
	if (rc < 0)
		snprintf(err->msg, sizeof(err->msg), "%s", why.msg);
	return rc;
}

/* Things that the kernel does to frames and that cannot be undone from here. */
static void
warn_of_tags(const struct bondd_bond *b, const struct bondd_member *m, bool xdp)
{
	if (!xdp && netdev_has_segments(m->netdev))
		log_warning("%s: %s: veth: AF_PACKET loses TCP segments that the far end leaves to "
			    "hardware (there: ethtool -K PEER tso off gso off)",
			    b->conf->name, m->conf->name);
	if (!xdp)
		log_warning("%s: %s: AF_PACKET shows 802.1ad tags (0x88a8) as 802.1Q (0x8100)",
			    b->conf->name, m->conf->name);
	else if (strcmp(netdev_kernel_driver(m->netdev), "veth") == 0)
		log_info("%s: %s: veth: AF_XDP does not see tags that the far end leaves to "
			 "hardware (there: ethtool -K PEER txvlan off)",
			 b->conf->name, m->conf->name);
}

/* The driver does not say that it lacks them. */
static void
warn_of_buffers(const struct bondd_bond *b, const struct bondd_member *m, uint16_t queues)
{
	const unsigned int left = rte_mempool_avail_count(b->daemon->dp.pool);

	if (left < queues * XDP_BUFFERS)
		log_warning("%s: %s: AF_XDP needs %u packet buffers, %u are left of "
			    "runtime.memory_mb; each removal of such a member has lost as many: "
			    "start the daemon anew",
			    b->conf->name, m->conf->name, queues * XDP_BUFFERS, left);
}

/* AF_XDP where it works, else AF_PACKET. */
static int
open_netdev(struct bondd_bond *b, struct bondd_member *m, struct conf_err *err)
{
	static const struct {
		enum conf_netdev_driver only;
		enum netdev_driver driver;
		const char *name;
	} tries[] = {{CONF_NETDEV_AF_XDP, NETDEV_AF_XDP, "AF_XDP"},
		     {CONF_NETDEV_AF_PACKET, NETDEV_AF_PACKET, "AF_PACKET"}};
	static unsigned int number; /* makes device names unique */
	char devargs[160];
	int rc = netdev_take(b->daemon->kernel, m->conf->port, b->conf->name, b->conf->mtu,
			     &m->netdev, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		const bool xdp = tries[i].driver == NETDEV_AF_XDP;

		if (m->conf->netdev_driver != CONF_NETDEV_AUTO &&
		    m->conf->netdev_driver != tries[i].only)
			continue;
		netdev_prepare(m->netdev, tries[i].driver);
		netdev_devargs(m->netdev, tries[i].driver, number++, b->daemon->dp.worker->sleeps,
			       devargs, sizeof(devargs));
		rc = open_port(b, m, devargs, xdp ? netdev_queues(m->netdev) : 1, false, err);
		if (rc == 0) {
			log_info("%s: %s: netdev %s (%s) through %s", b->conf->name, m->conf->name,
				 m->conf->port, netdev_kernel_driver(m->netdev), tries[i].name);
			warn_of_tags(b, m, xdp);
			m->port->finish_csum = netdev_is_virtual(m->netdev);
			memcpy(m->perm_mac, netdev_perm_mac(m->netdev), 6);
			snprintf(m->driver, sizeof(m->driver), "%s (%s)", m->port->driver,
				 netdev_kernel_driver(m->netdev));
			return 0;
		}
		log_info("%s: %s: %s does not work: %s", b->conf->name, m->conf->name,
			 tries[i].name, err->msg);
		if (xdp)
			warn_of_buffers(b, m, netdev_queues(m->netdev));
	}
	netdev_release(m->netdev);
	m->netdev = NULL;
	return rc;
}

static int
open_device(struct bondd_bond *b, struct bondd_member *m, int link_event_fd, struct conf_err *err)
{
	int rc = open_port(b, m, m->conf->port, b->daemon->dp.n_workers, true, err);

	if (rc < 0)
		return rc;
	dp_port_get_mac(m->port, m->perm_mac);
	snprintf(m->driver, sizeof(m->driver), m->pci != NULL ? "%s (%s)" : "%s", m->port->driver,
		 m->pci != NULL ? pci_dpdk_driver(m->pci) : "");
	if (m->port->lsc)
		rte_eth_dev_callback_register(m->port->id, RTE_ETH_EVENT_INTR_LSC,
					      on_link_interrupt, (void *)(intptr_t)link_event_fd);
	log_info("%s: %s: %s through %s", b->conf->name, m->conf->name, m->conf->port, m->driver);
	return 0;
}

static int
open_pci(struct bondd_bond *b, struct bondd_member *m, int link_event_fd, struct conf_err *err)
{
	int rc = pci_take(b->daemon->pci, b->conf->name, m->conf, &m->pci, err);

	if (rc < 0)
		return rc;
	rc = open_device(b, m, link_event_fd, err);
	if (rc < 0)
		pci_release(m->pci);
	return rc;
}

/* The copy of its configuration is its own: members come and go while the bond stays. */
static int
own_conf(struct bondd_member *m, const struct conf_member *conf, struct conf_err *err)
{
	struct conf_member *copy = malloc(sizeof(*copy));

	if (copy == NULL) {
		snprintf(err->msg, sizeof(err->msg), "%s: no memory", conf->name);
		return -ENOMEM;
	}
	*copy = *conf;
	*m = (struct bondd_member){.conf = copy};
	snprintf(m->port_name, sizeof(m->port_name), "%s", conf->port);
	return 0;
}

static void
forget_conf(struct bondd_member *m)
{
	free((void *)(uintptr_t)m->conf);
	*m = (struct bondd_member){0};
}

int
member_open(struct bondd_bond *b, struct bondd_member *m, const struct conf_member *conf,
	    int link_event_fd, struct conf_err *err)
{
	int rc = own_conf(m, conf, err);

	if (rc < 0)
		return rc;
	rc = conf->kind == CONF_PORT_NETDEV ? open_netdev(b, m, err)
	     : conf->kind == CONF_PORT_PCI  ? open_pci(b, m, link_event_fd, err)
					    : open_device(b, m, link_event_fd, err);
	if (rc < 0) {
		forget_conf(m);
		return rc;
	}
	memcpy(m->mac, m->perm_mac, sizeof(m->mac));
	m->used = true;
	return 0;
}

void
member_close_port(struct bondd_member *m)
{
	if (m->netdev == NULL && m->port != NULL && m->port->lsc)
		rte_eth_dev_callback_unregister(m->port->id, RTE_ETH_EVENT_INTR_LSC,
						on_link_interrupt, ANY_ARGUMENT);
	dp_port_close(m->port);
	m->port = NULL;
}

void
member_close(struct bondd_member *m)
{
	if (m->netdev == NULL && m->port != NULL && !m->gone && memcmp(m->mac, m->perm_mac, 6) != 0)
		dp_port_set_mac(m->port, m->perm_mac);
	member_close_port(m);
	netdev_release(m->netdev);
	if (m->gone)
		pci_abandon(m->pci);
	else
		pci_release(m->pci);
	forget_conf(m);
}

bool
member_has_mac(const struct bondd_member *m)
{
	static const uint8_t zero[6];

	return memcmp(m->perm_mac, zero, 6) != 0 && !(m->perm_mac[0] & 1);
}

int
member_set_mac(struct bondd_member *m, const uint8_t mac[6])
{
	int rc;

	if (memcmp(m->mac, mac, sizeof(m->mac)) == 0)
		return 0;
	rc = m->netdev != NULL ? netdev_set_mac(m->netdev, mac) : dp_port_set_mac(m->port, mac);
	if (rc == 0) {
		memcpy(m->mac, mac, sizeof(m->mac));
	} else if (rc == -ENOTSUP || rc == -EOPNOTSUPP) {
		m->port->refused |= DP_REFUSED_MAC;
		rc = 0; /* member_set_filter() makes up for it */
	}
	return rc;
}

uint32_t
member_max_mtu(const struct bondd_member *m)
{
	uint32_t mtu = m->port->max_mtu;

	if (m->netdev != NULL)
		mtu = RTE_MIN(mtu, netdev_max_mtu(m->netdev));
	else if (m->port->refused & DP_REFUSED_MTU)
		mtu = RTE_MIN(mtu, (uint32_t)RTE_ETHER_MTU); /* see below */
	return mtu;
}

int
member_set_mtu(struct bondd_member *m, uint32_t mtu)
{
	int rc;

	if (mtu > m->port->max_mtu)
		return -EINVAL;
	if (m->netdev != NULL)
		return netdev_set_mtu(m->netdev, mtu);
	rc = dp_port_set_mtu(m->port, mtu);
	return rc == -ENOTSUP && mtu <= RTE_ETHER_MTU ? 0 : rc; /* it carries that much anyway */
}

void
member_set_filter(struct bondd_member *m, const uint8_t (*mac)[6], unsigned int n_groups,
		  unsigned int n_unicast, bool allmulti, bool promisc)
{
	promisc |= (m->port->refused & DP_REFUSED_MAC) != 0;
	if (m->netdev != NULL) {
		netdev_set_filter(m->netdev, mac, n_groups + n_unicast, allmulti, promisc);
		return;
	}
	dp_port_set_multicast(m->port, (const struct rte_ether_addr *)mac, n_groups, allmulti);
	if (dp_port_set_unicast(m->port, (const struct rte_ether_addr *)mac[n_groups], n_unicast) <
	    0)
		promisc = true;
	dp_port_set_promisc(m->port, promisc || (m->port->refused & DP_REFUSED_ALLMULTI) != 0);
}

/* It looks like a cable that is out, and does not come back by itself. */
void
member_lose(struct bondd_member *m)
{
	char reason[128];

	if (netdev_ifindex(m->netdev) == 0)
		return;
	netdev_lose(m->netdev);
	snprintf(reason, sizeof(reason),
		 "netdev %s was deleted or moved to another namespace: remove the member, and add "
		 "it again",
		 netdev_name(m->netdev));
	if (m->bond != NULL)
		bondd_event(m->bond, m->conf->name, "device", "plugged", "unplugged", reason);
}

static void
look_at_netdev(const struct bondd *d, struct bondd_member *m)
{
	struct kernel_link link;
	struct bond_link_fact *f = &m->fact;
	bool carrier, full, known;
	int rc;

	rc = netdev_look(m->netdev, &link);
	if (rc == -ENODEV)
		member_lose(m);
	carrier = rc == 0 && link.up && link.carrier;
	if (carrier != f->carrier || (carrier && d->now >= m->speed_at)) {
		m->speed_at = d->now + SPEED_INTERVAL;
		f->speed_mbps = 0;
		f->duplex = BOND_DUPLEX_UNKNOWN;
		if (carrier && ethtool_speed(link.name, &f->speed_mbps, &full, &known) == 0 &&
		    known)
			f->duplex = full ? BOND_DUPLEX_FULL : BOND_DUPLEX_HALF;
	}
	f->carrier = carrier;
}

const struct bond_link_fact *
member_look(struct bondd *d, struct bondd_member *m)
{
	bool full = false;

	if (m->netdev != NULL) {
		look_at_netdev(d, m);
		return &m->fact;
	}
	m->fact = (struct bond_link_fact){.duplex = BOND_DUPLEX_UNKNOWN};
	m->fact.carrier =
		!m->gone && !reset_hides(m) && dp_port_link(m->port, &m->fact.speed_mbps, &full);
	if (m->fact.carrier && m->fact.speed_mbps > 0)
		m->fact.duplex = full ? BOND_DUPLEX_FULL : BOND_DUPLEX_HALF;
	return &m->fact;
}

uint64_t
member_poll_interval(const struct bondd_bond *b, const struct bondd_member *m)
{
	const uint64_t miimon = b->core.options.miimon_ms * BOND_MSEC;

	if (m->port->lsc)
		return miimon > 0 ? miimon : BOND_NEVER;
	return miimon > 0 && miimon < POLL_WITHOUT_INTERRUPT ? miimon : POLL_WITHOUT_INTERRUPT;
}
