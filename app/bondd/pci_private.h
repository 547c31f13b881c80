/* SPDX-License-Identifier: BSD-3-Clause */
/* pci_private.h - what the files of pci.h share: where to look, what is found, what is decided. */
#ifndef PCI_PRIVATE_H
#define PCI_PRIVATE_H

#include <stdint.h>
#include <sys/types.h>

#include "bond.h"
#include "kernel.h"
#include "pci.h"

#define PCI_ADDRESS_SIZE   16
#define PCI_DRIVER_SIZE    32
#define PCI_MAX_INTERFACES 4
#define PCI_MAX_PEERS      16
#define PCI_MAX_ADDRESSES  16
#define PCI_PATH_SIZE      512

/* A kernel interface of a NIC. */
struct pci_interface {
	char name[BOND_NAME_SIZE];
	uint32_t port; /* of the NIC, which may have several */
	uint32_t mtu;
	bool up;
	uint8_t mac[6];
};

/* Who uses an interface, each in words; "": nobody of that kind. */
struct pci_users {
	int unread;        /* 0, or -errno: there may be addresses and routes beside these */
	char login[96];    /* "sshd (pid 612) from 192.0.2.7" */
	char address[64];  /* "192.0.2.1/24" */
	char route[64];    /* "10.0.0.0/8", "default" */
	bool only_default; /* it has the default route, and no other interface has one */
	char master[40];   /* "bridge br0" */
	char upper[40];    /* "vlan ens3.10" */
	char owner[80];    /* "bond0 of another dpdk-bondd (pid 7)" */
};

/* Where the kernel is found, and how it is changed: the real one, or that of a test. */
struct pci_env {
	const char *sys;  /* "/sys" */
	const char *proc; /* "/proc" */
	const char *run;  /* directory of our records */
	int (*write)(const struct pci_env *env, const char *path, const char *text);
	int (*modprobe)(const struct pci_env *env, const char *module);
	void (*nap)(const struct pci_env *env, unsigned int ms);
	/* What netlink says of an interface. */
	int (*look)(const struct pci_env *env, struct pci_interface *interface);
	void (*users)(const struct pci_env *env, const struct pci_interface *interface,
		      struct pci_users *users);
	/* Make the interface called name what it was. */
	void (*restore)(const struct pci_env *env, const char *name,
			const struct pci_interface *was);
	void *ctx; /* struct kernel, or what the test wants */
};

struct pci_peer {
	char address[PCI_ADDRESS_SIZE];
	char driver[PCI_DRIVER_SIZE];
};

/* What is so about a PCI address. */
struct pci_facts {
	char address[PCI_ADDRESS_SIZE];
	bool present;
	uint32_t class;                 /* 24 bits */
	char driver[PCI_DRIVER_SIZE];   /* "": none */
	char override[PCI_DRIVER_SIZE]; /* driver_override, "": none */
	int group;                      /* of the IOMMU, -1: none */
	bool no_iommu;                  /* the group is vfio's own, without IOMMU */
	bool translated;                /* the IOMMU translates for kernel drivers */
	unsigned int n_peers;           /* others in the group */
	struct pci_peer peer[PCI_MAX_PEERS];
	unsigned int n_interfaces;
	struct pci_interface interface[PCI_MAX_INTERFACES];
	struct pci_users users[PCI_MAX_INTERFACES];
	bool hidden;     /* its interface is not in this network namespace */
	char holder[64]; /* process that has opened it for itself, "": none */
	char cards[160]; /* the NICs of this machine, for the one who mistyped */
};

/* What the configuration allows. */
struct pci_terms {
	const char *bond, *member; /* names */
	uint32_t driver;           /* enum conf_pci_driver */
	bool allow_no_iommu;
	bool hugepages;
	bool force;
	const struct conf *conf;    /* whose other pci members may share an IOMMU group */
	bool have_uio, have_unsafe; /* the kernel has uio_pci_generic, vfio without IOMMU */
};

/* What to do. */
struct pci_plan {
	bool bind; /* else it is used as it is */
	char driver[PCI_DRIVER_SIZE];
	bool unsafe;   /* switch vfio's mode without IOMMU on */
	bool physical; /* see pci_physical() */
};

/* On disk, before anything is changed. */
struct pci_record {
	pid_t pid;
	char bond[BOND_NAME_SIZE];
	char address[PCI_ADDRESS_SIZE];
	char driver_was[PCI_DRIVER_SIZE]; /* "": it had none */
	char driver_set[PCI_DRIVER_SIZE]; /* "": it is used as it is */
	char override_was[PCI_DRIVER_SIZE];
	bool unsafe_was_off; /* vfio's mode without IOMMU was switched on by us */
	unsigned int n_interfaces;
	struct pci_interface interface[PCI_MAX_INTERFACES];
};

struct pci {
	const struct conf *conf;
	bool hugepages;
	struct pci_device *held; /* a list */
	bool abandoned;          /* records may be left, see pci_abandon() */
};

struct pci_device {
	struct pci *pci;
	struct pci_device *next;
	struct pci_record record;
	int claim; /* descriptor of the lock of its record */
	int group; /* of the IOMMU, -1: none */
	char driver[PCI_DRIVER_SIZE];
	bool physical;
	bool used; /* a port is open on it */
};

/* pci_sysfs.c */

/** Look at a PCI address: sysfs only. */
void pci_sysfs_look(const struct pci_env *env, const char *address, struct pci_facts *facts);

/** Find the interfaces of a NIC, sorted by port and name. @return how many, at most max */
unsigned int pci_sysfs_interfaces(const struct pci_env *env, const char *address,
				  struct pci_interface *interface, unsigned int max);

/** @return whether the kernel has that PCI driver, if need be after loading it */
bool pci_sysfs_have_driver(const struct pci_env *env, const char *driver);

/** @param driver where to write the driver an address is bound to now, "" for none */
void pci_sysfs_driver(const struct pci_env *env, const char *address, char driver[PCI_DRIVER_SIZE]);

/**
 * Bind an address to a driver and to no other.
 * @param driver "": to none
 * @param override what driver_override is to say afterwards, "" for nothing
 * @return 0 or -errno
 */
int pci_sysfs_bind(const struct pci_env *env, const char *address, const char *driver,
		   const char *override);

/** vfio's mode without IOMMU. @return 1 on, 0 off, -ENOENT: the kernel does not have it */
int pci_sysfs_unsafe(const struct pci_env *env);
int pci_sysfs_set_unsafe(const struct pci_env *env, bool on);

/** Is it a driver under which DPDK can use a NIC? */
bool pci_driver_is_dpdk(const char *driver);

/* pci_proc.c */

/** Name the process, other than this one, that has a NIC open for itself. @return holder */
const char *pci_proc_holder(const struct pci_env *env, const struct pci_facts *facts, char *holder,
			    size_t size);

/** Does this process itself have the IOMMU group open? Then unbinding would wait for ever. */
bool pci_proc_own(const struct pci_env *env, int group);

/**
 * Find a login over one of these addresses: a TCP connection that belongs to a daemon for logins.
 * @return login, "" when there is none
 */
const char *pci_proc_login(const struct pci_env *env, const struct kernel_address *address, int n,
			   char *login, size_t size);

/* pci_users.c: the functions of the real environment. */
int pci_users_look(const struct pci_env *env, struct pci_interface *interface);
void pci_users_find(const struct pci_env *env, const struct pci_interface *interface,
		    struct pci_users *users);
void
pci_users_restore(const struct pci_env *env, const char *name, const struct pci_interface *was);

/* pci_decide.c */

/** May it be taken, and how? Pure. @return 0 or -errno with a sentence */
int pci_decide(const struct pci_facts *facts, const struct pci_terms *terms, struct pci_plan *plan,
	       struct conf_err *err);

/* pci_record.c; as netdev_record.h, but the record is replaced in one step, beside its lock. */
int pci_record_claim(const struct pci_env *env, const char *address);
int pci_record_read(const struct pci_env *env, const char *address, struct pci_record *record);
int pci_record_write(const struct pci_env *env, const struct pci_record *record);
void pci_record_drop(const struct pci_env *env, int claim, const char *address);

/** Claim a record whose owner is dead. @param but its members are left out; NULL: none are
 *  @return a claim, -ENOENT: there is none */
int pci_record_claim_stale(const struct pci_env *env, const struct conf *but,
			   struct pci_record *record);

/** @return whether a living process holds a record; then it is in record */
bool pci_record_is_held(const struct pci_env *env, struct pci_record *record);

/* pci_take.c */

/** May it be taken? Nothing changes. @return 0 or -errno with a sentence */
int pci_check_in(const struct pci_env *env, const struct pci *pci, const char *bond,
		 const struct conf_member *member, struct conf_err *err);

/** pci_take() of a NIC that is not held yet. */
int pci_take_in(const struct pci_env *env, struct pci *pci, const char *bond,
		const struct conf_member *member, struct pci_device **device, struct conf_err *err);

/** pci_release(), in pci.c. */
void pci_release_in(const struct pci_env *env, struct pci_device *device);

/* pci_release.c */

/** Undo what a record says, as far as nobody else has changed it meanwhile. @return 0 or -errno */
int pci_give_back(const struct pci_env *env, const struct pci_record *record);

/**
 * Give back all that dead daemons left, but the NICs of a configuration (NULL: none). What cannot be
 * given back now stays on record for another try. @return n, these among them
 */
int pci_recover(const struct pci_env *env, const struct conf *but, void (*say)(const char *));

/** @return the environment of this machine, with netlink open, or -errno; then pci_env_close() */
int pci_env_open(struct pci_env *env);
void pci_env_close(struct pci_env *env);

/** Is it the PCI address of a member? */
bool pci_is_member(const struct conf *conf, const char *address);

#endif
