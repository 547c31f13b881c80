/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_string.c - what names, addresses and DPDK arguments may look like. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "conf.h"
#include "conf_field.h"

#define VDEV_NAME_MAX 63 /* RTE_DEV_NAME_MAX_LEN less the NUL; this file does without DPDK */

const char *
conf_check_ifname(void *value)
{
	const char *s = value;

	if (*s == '\0')
		return "the name is empty";
	if (strlen(s) >= BOND_NAME_SIZE)
		return "an interface name has at most 15 characters";
	if (strcmp(s, ".") == 0 || strcmp(s, "..") == 0)
		return "\".\" and \"..\" cannot name an interface";
	for (; *s; s++)
		if (*s == '/' || *s == ':' || isspace((unsigned char)*s))
			return "an interface name has no '/', no ':' and no space";
	return NULL;
}

const char *
conf_check_ifname_or_empty(void *value)
{
	return *(const char *)value ? conf_check_ifname(value) : NULL;
}

const char *
conf_check_not_empty(void *value)
{
	return *(const char *)value ? NULL : "it is empty";
}

static bool
hex_digits(const char *s, unsigned int n)
{
	for (; n; n--, s++)
		if (!isxdigit((unsigned char)*s))
			return false;
	return true;
}

/* [DDDD:]BB:DD.F becomes DDDD:BB:DD.F in small letters, so that equal ports are equal texts. */
const char *
conf_check_pci(void *value)
{
	static const char wrong[] = "a PCI address looks like 0000:03:00.0 or 03:00.0";
	char *s = value, full[16];
	const char *p = s;
	size_t len = strlen(s);

	if (len != 7 && len != 12)
		return wrong;
	if (len == 12) {
		if (!hex_digits(s, 4) || s[4] != ':')
			return wrong;
		p += 5;
	}
	if (!hex_digits(p, 2) || p[2] != ':' || !hex_digits(p + 3, 2) || p[5] != '.')
		return wrong;
	if (p[3] > '1' || p[6] < '0' || p[6] > '7')
		return "a PCI address ends with a device of 00 to 1f and a function of 0 to 7";
	snprintf(full, sizeof(full), "%.5s%.7s", p == s ? "0000:" : s, p);
	for (char *c = full; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	memcpy(s, full, strlen(full) + 1);
	return NULL;
}

size_t
conf_vdev_name_len(const char *vdev)
{
	return strcspn(vdev, ",");
}

const char *
conf_check_vdev(void *value)
{
	const char *s = value;
	size_t name = conf_vdev_name_len(s);

	if (name == 0)
		return "a DPDK device looks like net_tap0 or net_memif0,role=client";
	if (name > VDEV_NAME_MAX)
		return "the name of a DPDK device has at most 63 characters";
	for (; *s; s++)
		if (isspace((unsigned char)*s))
			return "a DPDK device has no space in it";
	return NULL;
}

const char *
conf_check_vdev_or_empty(void *value)
{
	return *(const char *)value ? conf_check_vdev(value) : NULL;
}

/* EAL arguments that the daemon gives itself, and the setting that decides them. */
static const struct {
	const char *arg; /* without dashes: a letter takes its value glued on, a word may be cut */
	const char *use;
} ours[] = {
	{"l", "set runtime.control_core and runtime.worker_cores"},
	{"c", "set runtime.control_core and runtime.worker_cores"},
	{"lcores", "set runtime.control_core and runtime.worker_cores"},
	{"main-lcore", "set runtime.control_core"},
	{"m", "set runtime.memory_mb"},
	{"socket-mem", "set runtime.memory_mb"},
	{"no-huge", "set runtime.hugepages"},
	{"in-memory", "set runtime.hugepages"},
	{"file-prefix", "the daemon chooses its own"},
	{"proc-type", "the daemon is always the primary process"},
	{"a", "list the port as pci of a member"},
	{"allow", "list the port as pci of a member"},
	{"b", "only ports that are pci of a member are used"},
	{"block", "only ports that are pci of a member are used"},
	{"no-pci", "only ports that are pci of a member are used"},
};

/* Is it -h, --help or a part of that? EAL writes what it knows and ends the process. */
bool
conf_eal_arg_ends(const char *arg)
{
	if (arg[0] != '-')
		return false;
	if (arg[1] != '-')
		return arg[1 + strspn(arg + 1, "v")] == 'h';
	return strlen(arg) > strlen("--h") && strncmp(arg, "--help", strlen(arg)) == 0;
}

static const char *
decided_by(const char *arg)
{
	bool word = arg[0] == '-' && arg[1] == '-';
	size_t len;

	if (arg[0] != '-')
		return NULL; /* the value of the argument before */
	/* getopt lets letters without a value share a dash: -vl0 is -v -l 0. */
	arg += word ? 2 : 1 + strspn(arg + 1, "v");
	len = strcspn(arg, "=");
	for (size_t i = 0; len && i < sizeof(ours) / sizeof(ours[0]); i++) {
		bool letter = ours[i].arg[1] == '\0';

		if (letter != word &&
		    (letter ? arg[0] == ours[i].arg[0] : strncmp(arg, ours[i].arg, len) == 0))
			return ours[i].use;
	}
	return NULL;
}

const char *
conf_check_eal_args(void *value)
{
	static _Thread_local char why[2 * CONF_EAL_ARG_SIZE];
	const struct conf_strings *list = value;

	for (uint32_t i = 0; i < list->n; i++) {
		const char *arg = list->text[i], *use = decided_by(arg);

		if (strcmp(arg, "--") == 0)
			return "\"--\" would hide the arguments of the daemon itself";
		if (conf_eal_arg_ends(arg))
			return "-h and --help end the daemon before it begins";
		if (use) {
			snprintf(why, sizeof(why), "%s is not for here: %s", arg, use);
			return why;
		}
	}
	return NULL;
}
