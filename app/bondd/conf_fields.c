/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_fields.c - the settings of the daemon: one row each. */
#include "conf.h"
#include "conf_field.h"

static const struct conf_name hugepages[] = {
	{"auto", CONF_HUGEPAGES_AUTO},
	{"require", CONF_HUGEPAGES_REQUIRE},
	{"off", CONF_HUGEPAGES_OFF},
	{NULL, 0},
};

static const struct conf_name pci_drivers[] = {
	{"auto", CONF_PCI_AUTO},
	{"vfio-pci", CONF_PCI_VFIO},
	{"uio_pci_generic", CONF_PCI_UIO},
	{NULL, 0},
};

static const struct conf_name log_levels[] = {
	{"error", CONF_LOG_ERROR}, {"warning", CONF_LOG_WARNING}, {"notice", CONF_LOG_NOTICE},
	{"info", CONF_LOG_INFO},   {"debug", CONF_LOG_DEBUG},     {NULL, 0},
};

#define AT(member) offsetof(struct conf_runtime, member)
static const struct conf_field runtime[] = {
	{"control_core", .type = CONF_UINT, .offset = AT(control_core), .max = CONF_MAX_CORES - 1,
	 .def = "0",
	 .doc = "Core of the control thread, which runs timers, LACP and sockets. It needs "
		"little time, and may be shared with other programs."},
	{"worker_cores", .type = CONF_CORES, .offset = AT(worker_cores), .def = "",
	 .doc = "Cores that forward frames, one worker each, busy all the time. Empty: one worker "
		"that sleeps when idle, on any core, for demonstrations and tests."},
	{"memory_mb", .type = CONF_UINT, .offset = AT(memory_mb), .min = 64, .max = 1048576,
	 .def = "512", .unit = "MB", .doc = "Memory for frames and queues, taken at the start."},
	{"hugepages", .type = CONF_ENUM, .offset = AT(hugepages), .names = hugepages, .def = "auto",
	 .doc = "Use hugepages: where enough are free (else ordinary pages, and the log says so), "
		"always (or refuse to start), never."},
	{"pci_driver", .type = CONF_ENUM, .offset = AT(pci_driver), .names = pci_drivers,
	 .def = "auto",
	 .doc = "Kernel driver that pci members are bound to while the daemon runs. auto: vfio-pci "
		"for a NIC behind an IOMMU; for another one, if allow_no_iommu is 1, "
		"uio_pci_generic, or vfio-pci in its mode without IOMMU where that is missing."},
	{"allow_no_iommu", .type = CONF_BOOL, .offset = AT(allow_no_iommu), .def = "0",
	 .doc = "Take NICs that are not behind an IOMMU, too. Nothing then keeps a NIC from "
		"reading and writing any memory of this machine, and hugepages are needed."},
	{"eal_args", .type = CONF_LIST, .offset = AT(eal_args), .def = "",
	 .check = conf_check_eal_args, .values = "up to 32 arguments",
	 .doc = "Further arguments for DPDK, passed on as they are. An argument with a comma in it "
		"needs the form of an array. Those that other settings decide are refused."},
	{"state_dir", .type = CONF_STRING, .offset = AT(state_dir), .size = CONF_DIR_SIZE,
	 .def = "/var/lib/dpdk-bondd", .check = conf_check_not_empty,
	 .doc = "Directory for what outlives a restart: of each bond in mode 802.3ad one small "
		"file with its LACP System ID and the port numbers of its members. Where it "
		"cannot be written, the daemon says so once and goes on."},
	{NULL},
};
#undef AT

#define AT(member) offsetof(struct conf_telemetry, member)
static const struct conf_field telemetry[] = {
	{"socket", .type = CONF_STRING, .offset = AT(socket), .size = CONF_SOCKET_SIZE,
	 .def = "/run/dpdk-bondd/bondd.sock", .check = conf_check_not_empty,
	 .doc = "Unix socket that `bondctl` and other clients talk to."},
	{"socket_mode", .type = CONF_OCTAL, .offset = AT(socket_mode), .max = 0777, .def = "0660",
	 .doc = "Permissions of the socket."},
	{"socket_group", .type = CONF_STRING, .offset = AT(socket_group), .size = CONF_GROUP_SIZE,
	 .def = "", .values = "name of a group",
	 .doc = "Group that owns the socket. Empty: the group of the daemon."},
	{NULL},
};
#undef AT

static const struct conf_field log_fields[] = {
	{"level", .type = CONF_ENUM, .offset = offsetof(struct conf_log, level),
	 .names = log_levels, .def = "info", .apply = CONF_LIVE,
	 .doc = "The least serious messages that are logged."},
	{NULL},
};

#define AT(member) offsetof(struct conf, member)
const struct conf_field conf_root_fields[] = {
	{"version", .type = CONF_UINT, .offset = AT(version), .min = 1, .max = 1,
	 .doc = "Version of this format."},
	{"runtime", .type = CONF_GROUP, .offset = AT(runtime), .fields = runtime,
	 .doc = "How the daemon uses the machine."},
	{"telemetry", .type = CONF_GROUP, .offset = AT(telemetry), .fields = telemetry,
	 .doc = "How the daemon is reached."},
	{"log", .type = CONF_GROUP, .offset = AT(log), .fields = log_fields,
	 .doc = "What the daemon writes to its standard error."},
	{"bonds", .type = CONF_GROUPS, .offset = AT(bonds), .size = sizeof(struct conf_bond),
	 .min = 1, .max = CONF_MAX_BONDS, .count = AT(n_bonds), .pointer = true,
	 .fields = conf_bond_fields, .later = conf_bond_later,
	 .doc = "A list of bonds. Names and values are those of the Linux bonding driver; names "
		"with *slave* in them can be written with *member* as well."},
	{NULL},
};
