/* SPDX-License-Identifier: BSD-3-Clause */
/* conf.h - a configuration file becomes one plain struct, or one sentence that says why not. */
#ifndef CONF_H
#define CONF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bond.h"

#define CONF_MAX_BONDS    32  /* as many as the data path has room for */
#define CONF_MAX_WORKERS  64  /* the same */
#define CONF_MAX_CORES    128 /* cores are numbered 0 to CONF_MAX_CORES - 1 */
#define CONF_MAX_EAL_ARGS 32
#define CONF_EAL_ARG_SIZE 128
#define CONF_SOCKET_SIZE  108 /* as sun_path, NUL included */
#define CONF_GROUP_SIZE   33
#define CONF_DIR_SIZE     256
#define CONF_PORT_SIZE    256

/* One line without newline: "FILE:LINE: setting: what is wrong, what is allowed". */
struct conf_err {
	char msg[1024];
};

/** Write the sentence that says why something is not done. @return code */
__attribute__((format(printf, 3, 4))) static inline int
conf_refuse(struct conf_err *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	return code;
}

/*
 * Everything below is written by conf_load() only, and unused bytes are zero, so that two
 * configurations can be compared setting by setting.
 */

/* A set of cores, in the order in which they were given, without repetition. */
struct conf_cores {
	uint32_t n;
	uint16_t core[CONF_MAX_CORES];
};

struct conf_strings {
	uint32_t n;
	char text[CONF_MAX_EAL_ARGS][CONF_EAL_ARG_SIZE];
};

enum conf_hugepages {
	CONF_HUGEPAGES_AUTO, /* use them where the machine has them */
	CONF_HUGEPAGES_REQUIRE,
	CONF_HUGEPAGES_OFF,
};

/* How the kernel lends a NIC to DPDK. */
enum conf_pci_driver {
	CONF_PCI_AUTO, /* vfio-pci behind an IOMMU, else what allow_no_iommu allows */
	CONF_PCI_VFIO,
	CONF_PCI_UIO, /* uio_pci_generic */
};

struct conf_runtime {
	uint32_t control_core;
	struct conf_cores worker_cores; /* empty: one worker that sleeps when idle, on any core */
	uint32_t memory_mb;
	uint32_t hugepages;  /* enum conf_hugepages */
	uint32_t pci_driver; /* enum conf_pci_driver */
	bool allow_no_iommu;
	struct conf_strings eal_args;
	char state_dir[CONF_DIR_SIZE];
};

struct conf_telemetry {
	char socket[CONF_SOCKET_SIZE];
	uint32_t socket_mode;               /* 0 to 0777 */
	char socket_group[CONF_GROUP_SIZE]; /* "": that of the process */
};

enum conf_log_level {
	CONF_LOG_ERROR,
	CONF_LOG_WARNING,
	CONF_LOG_NOTICE,
	CONF_LOG_INFO,
	CONF_LOG_DEBUG,
};

struct conf_log {
	uint32_t level; /* enum conf_log_level */
};

enum conf_host_type {
	CONF_HOST_AUTO, /* virtio-user where /dev/vhost-net is usable, else tap */
	CONF_HOST_VIRTIO_USER,
	CONF_HOST_TAP,
	CONF_HOST_VDEV,
};

enum conf_offload { CONF_OFFLOAD_AUTO, CONF_OFFLOAD_ON, CONF_OFFLOAD_OFF };

struct conf_host {
	uint32_t type; /* enum conf_host_type */
	uint32_t queues;
	uint32_t csum, tso, gro;   /* enum conf_offload */
	bool persist;              /* it outlives the daemon */
	bool keep_addr_on_down;    /* its IPv6 addresses outlive "down" */
	char vdev[CONF_PORT_SIZE]; /* DPDK device string; not empty if and only if CONF_HOST_VDEV */
};

enum conf_port_kind {
	CONF_PORT_PCI,    /* port is the address, always "0000:03:00.0" */
	CONF_PORT_NETDEV, /* port is the name of a kernel interface */
	CONF_PORT_VDEV,   /* port is a DPDK device string */
};

enum conf_netdev_driver { CONF_NETDEV_AUTO, CONF_NETDEV_AF_XDP, CONF_NETDEV_AF_PACKET };

struct conf_member {
	char name[BOND_NAME_SIZE];
	uint32_t kind; /* enum conf_port_kind */
	char port[CONF_PORT_SIZE];
	uint32_t netdev_driver; /* enum conf_netdev_driver; only for a netdev */
	bool force;             /* taken in spite of addresses, routes, logins; only for pci */
	struct bond_member_options options;
};

struct conf_bond {
	char name[BOND_NAME_SIZE];
	struct bond_options options;
	char active_member[BOND_NAME_SIZE]; /* to activate once attached; "": let the mode choose */
	bool system_auto;                   /* no ad_actor_system is given */
	uint32_t mtu;
	bool mac_auto; /* the bond takes the MAC of its first member */
	uint8_t mac[6];
	struct conf_host host;
	uint32_t n_members; /* 0 to BOND_MAX_MEMBERS */
	struct conf_member member[BOND_MAX_MEMBERS];
};

struct conf {
	uint32_t version;
	struct conf_runtime runtime;
	struct conf_telemetry telemetry;
	struct conf_log log;
	uint32_t n_bonds; /* at least 1 */
	struct conf_bond *bonds;
	char *warnings; /* never NULL; whole lines to show to the user, "" when there are none */
};

/**
 * Read, complete with defaults and check a configuration file. Any thread.
 * @param path of the file, used as it is in messages; files it includes are relative to it
 * @param machine the cores that the configuration may name; NULL: do not check that they exist
 * @param out where to put the result, to be freed with conf_free(); untouched on failure
 * @param err says what is wrong on failure
 * @return 0; -ENOENT, -EACCES, ...: the file cannot be read; -EINVAL: its content is refused;
 *         -ENOMEM
 */
int conf_load(const char *path, const struct conf_cores *machine, struct conf **out,
	      struct conf_err *err);

/** As conf_load(), of a text in memory. @param path only for messages and for finding includes */
int conf_load_text(const char *path, const char *text, size_t len, const struct conf_cores *machine,
		   struct conf **out, struct conf_err *err);

/** Free what conf_load() made. @param c may be NULL */
void conf_free(struct conf *c);

/** The cores that this process may run on, for conf_load(). */
void conf_cores_of_machine(struct conf_cores *cores);

/** Write a configuration with every setting spelled out. It parses back to the same. */
void conf_print(const struct conf *c, FILE *f);

/** Write the reference of all settings: docs/config.md. */
void conf_print_doc(FILE *f);

#endif
