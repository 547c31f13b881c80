/* SPDX-License-Identifier: BSD-3-Clause */
/* fake_port.c - what an administrator's changes reach in a daemon without ports. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bondd_member.h"
#include "fake_bondd.h"
#include "host.h"
#include "log.h"

struct fake_seen fake_seen;

void
log_line(enum log_level level, const char *fmt, ...)
{
	const size_t used = strlen(fake_seen.log);
	va_list ap;

	(void)level;
	va_start(ap, fmt);
	vsnprintf(fake_seen.log + used, sizeof(fake_seen.log) - used, fmt, ap);
	va_end(ap);
}

int
host_set_mtu(struct bondd_bond *b, uint32_t mtu, char *reason, size_t size)
{
	if (mtu > 4000) {
		snprintf(reason, size, "eth2 (net_x) carries an MTU of 4000 at most, not %u", mtu);
		return -EINVAL;
	}
	b->host.mtu = mtu;
	return 0;
}

int
host_set_mac(struct bondd_bond *b, const uint8_t mac[6], char *reason, size_t size)
{
	if (mac[5] == 0xee) {
		snprintf(reason, size, "eth1 refuses the address");
		return -EIO;
	}
	memcpy(b->host.mac, mac, 6);
	return bond_set_mac(&b->core, mac, b->daemon->now);
}

int
bondd_member_attach(struct bondd_bond *b, const struct conf_member *conf, struct conf_err *err)
{
	if (fake_seen.leaving > 0) {
		fake_seen.leaving--;
		return -EAGAIN;
	}
	if (strcmp(conf->port, "missing") == 0) {
		snprintf(err->msg, sizeof(err->msg), "netdev missing does not exist");
		return -ENODEV;
	}
	fake_bondd_join(b, conf);
	return 0;
}

int
bondd_member_detach(struct bondd_bond *b, uint8_t slot, enum bondd_farewell farewell,
		    void (*done)(void *arg), void *arg)
{
	(void)farewell;
	(void)done;
	(void)arg;
	snprintf(fake_seen.left, sizeof(fake_seen.left), "%s", b->core.member[slot].name);
	bond_member_remove(&b->core, slot, b->daemon->now);
	fake_bondd_forget(b, slot);
	fake_seen.leaving = 3;
	return 0;
}

bool
bondd_member_departs(const struct bondd_bond *b, const char *name)
{
	(void)b;
	return strcmp(name, fake_seen.left) == 0 && fake_seen.leaving-- > 0;
}
