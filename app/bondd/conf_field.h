/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_field.h - one row describes one setting: parsing, checks, printing and docs all read it. */
#ifndef CONF_FIELD_H
#define CONF_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum conf_type {
	CONF_BOOL,   /* bool; 0, 1, off, on, false, true */
	CONF_UINT,   /* uint32_t */
	CONF_INT,    /* int32_t */
	CONF_ENUM,   /* uint32_t */
	CONF_STRING, /* char[size] */
	CONF_MAC,    /* uint8_t[6], unicast; or "auto", a bool at flag */
	CONF_OCTAL,  /* uint32_t */
	CONF_LIST,   /* struct conf_strings */
	CONF_CORES,  /* struct conf_cores */
	CONF_IPV4S,  /* struct bond_targets, IPv4 */
	CONF_IPV6S,  /* struct bond_targets, IPv6 */
	CONF_GROUP,  /* a struct of the rows in fields */
	CONF_GROUPS, /* an array of such structs with its count, a uint32_t, at count */
};

/* May a new value be taken over by a daemon that runs? */
enum conf_apply { CONF_RESTART, CONF_LIVE };

struct conf_name {
	const char *name; /* NULL ends a table */
	uint32_t value;
};

/* A value that other programs know, and what to do instead. */
struct conf_gone {
	const char *name; /* NULL ends a table */
	const char *instead;
};

#define CONF_NOWHERE SIZE_MAX /* an offset: the value is checked and forgotten */

/* All there is to know about a setting. A new setting is a new row. */
struct conf_field {
	const char *name;
	const char *alias; /* another name of the same setting, or NULL */
	enum conf_type type;
	size_t offset;
	size_t size;      /* STRING: bytes with the NUL; GROUPS: bytes of one element */
	int64_t min, max; /* UINT, INT, OCTAL: of the value; GROUPS: of the count */
	size_t count;     /* GROUPS: offset of the count */
	bool pointer;     /* GROUPS: at offset is a pointer to an array to be allocated */
	size_t flag;      /* MAC: offset of the bool that "auto" sets */
	bool zero;        /* MAC: 00:00:00:00:00:00 is "auto", as in Linux */
	bool numbers;     /* ENUM: the number is as good as the name */
	const struct conf_name *names; /* ENUM: the values */
	const struct conf_name *(*names_of)(
		void);                  /* ENUM: the values, where they are not constant */
	const char *const *names_later; /* ENUM: values that Linux has and we do not yet */
	const struct conf_gone *gone;   /* ENUM: values that will never be offered */
	const char *def;                /* the default, as a user would write it; NULL: required */
	/*
	 * Of the rows of a group with the same nonzero choice, exactly one is given; its pick is
	 * stored at choice_at, a uint32_t.
	 */
	unsigned int choice, pick;
	size_t choice_at;
	uint32_t modes; /* bit n: bonding mode n knows this option; 0: all do */
	uint32_t
		used; /* bit n: mode n makes use of it, others accept it as Linux does; 0: all do */
	/* A further check; may rewrite the value in its canonical form. NULL, or what is wrong. */
	const char *(*check)(void *value);
	enum conf_apply apply;
	const char *unit;
	const char *values; /* for the reference, where the type alone does not say it */
	const char *doc;
	const struct conf_field *fields; /* GROUP, GROUPS */
	const char *const *later;        /* GROUP, GROUPS: settings inside that are yet to come */
};

/* The whole file: rows of struct conf; ends with a row without name, as all tables do. */
extern const struct conf_field conf_root_fields[];
extern const struct conf_field conf_bond_fields[];   /* rows of struct conf_bond */
extern const struct conf_field conf_bfd_fields[];    /* rows of struct bond_bfd_options */
extern const struct conf_field conf_host_fields[];   /* rows of struct conf_host */
extern const struct conf_field conf_member_fields[]; /* rows of struct conf_member */
extern const char *const conf_bond_later[];

/** @return the values of an ENUM row, ended by a NULL name */
const struct conf_name *conf_field_names(const struct conf_field *f);

/** @return the row of that name or alias, NULL if there is none */
const struct conf_field *conf_field_find(const struct conf_field *fields, const char *name);

/** Does a bond in this mode know the option? */
bool conf_field_in_mode(const struct conf_field *f, uint32_t mode);

/** The modes of a set (bit n: mode n), of those that are offered. @return buf */
const char *conf_modes_list(uint32_t set, char *buf, size_t size);

/**
 * Store a value given as text: a default, or what stands in a file.
 * @param f row of a type other than GROUP and GROUPS
 * @param text as a user would write it, without quotes; LIST and CORES: separated by commas
 * @param base the struct that the row's offsets count from
 * @param why on failure, what is wrong and what is allowed, in words
 * @return 0 or -EINVAL
 */
int
conf_value_parse(const struct conf_field *f, const char *text, void *base, char *why, size_t len);

/* Where the sentence goes that says what is wrong with a value. */
struct conf_why {
	char *text;
	size_t len;
};

/** Write that sentence. @return -EINVAL */
__attribute__((format(printf, 2, 3))) int
conf_value_refuse(struct conf_why why, const char *fmt, ...);

/** Read a MAC address like 02:00:00:00:00:01. @return false: it is none, mac is as before */
bool conf_mac_parse(const char *text, uint8_t mac[6]);

/** Append one element to the value of a LIST row. Arguments and result as conf_value_parse(). */
int
conf_value_append(const struct conf_field *f, const char *text, void *base, char *why, size_t len);

struct bond_targets;

/** Append one address, as conf_value_append(); in conf_address.c. */
int conf_targets_append(const struct conf_field *f, const char *text, struct bond_targets *targets,
			char *why, size_t len);

#define CONF_ADDRESS_SIZE 46 /* characters of an address, NUL included */

/** Write the i-th of the addresses. @return text */
const char *conf_targets_text(const struct conf_field *f, const struct bond_targets *targets,
			      uint32_t i, char text[CONF_ADDRESS_SIZE]);

/** Write a value in the syntax of the configuration file. */
void conf_value_print(const struct conf_field *f, const void *base, FILE *out);

/** As snprintf() at the end of what buf already holds. */
__attribute__((format(printf, 3, 4))) void
conf_append(char *buf, size_t size, const char *fmt, ...);

/** @return "must be one of ...", for a value that was refused; in buf */
const char *conf_names_list(const struct conf_name *names, char *buf, size_t len);

/** The word nearest to what was written, for "did you mean". One table, several calls. */
struct conf_guess {
	const char *wrong;
	const char *best; /* NULL: nothing is near */
	unsigned int distance;
};

/** Begin to guess what was meant by wrong. */
struct conf_guess conf_guess_begin(const char *wrong);

/** Consider word. @param word may be NULL */
void conf_guess_try(struct conf_guess *g, const char *word);

/* Checks for rows, in conf_string.c: NULL, or what is wrong. */
const char *conf_check_ifname(void *value);
const char *conf_check_ifname_or_empty(void *value);
const char *conf_check_not_empty(void *value);
const char *conf_check_pci(void *value);
const char *conf_check_vdev(void *value);
const char *conf_check_vdev_or_empty(void *value);
const char *conf_check_eal_args(void *value);

/** Would EAL end the process at this argument? */
bool conf_eal_arg_ends(const char *arg);

/** @return length of the name in a DPDK device string: what stands before the first comma */
size_t conf_vdev_name_len(const char *vdev);

#endif
