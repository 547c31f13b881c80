/* SPDX-License-Identifier: BSD-3-Clause */
/* text_stats.c - counters as a table: totals, or what happened between two looks. */
#include <stdint.h>

#include "bondctl.h"

#define BITS_A_BYTE 8
#define MEGA        1e6

static const struct {
	const char *path, *total, *rate;
	double unit; /* of the rate */
} columns[] = {
	{"rx_packets", "rx packets", "rx packets/s", 1},
	{"rx_bytes", "rx bytes", "rx Mbit/s", MEGA / BITS_A_BYTE},
	{"tx_packets", "tx packets", "tx packets/s", 1},
	{"tx_bytes", "tx bytes", "tx Mbit/s", MEGA / BITS_A_BYTE},
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

struct period {
	bool rates;
	double seconds;
};

/* The element of an array that has the same value at key as o. */
static const json_t *
counterpart(const json_t *list, const json_t *o, const char *key)
{
	const json_t *other;
	size_t i;

	json_array_foreach (list, i, other)
		if (json_equal(json_object_get(other, key), json_object_get(o, key)))
			return other;
	return NULL;
}

static double
sum_of(const json_t *drops)
{
	double sum = 0;

	for (void *it = json_object_iter((json_t *)(uintptr_t)drops); it;
	     it = json_object_iter_next((json_t *)(uintptr_t)drops, it))
		sum += json_number_value(json_object_iter_value(it));
	return sum;
}

static void
print_heading(FILE *f, const char *what, const struct period *p)
{
	fprintf(f, "%-20s", what);
	for (size_t i = 0; i < COLUMNS; i++)
		fprintf(f, " %16s", p->rates ? columns[i].rate : columns[i].total);
	fprintf(f, " %12s\n", p->rates ? "drops/s" : "drops");
}

/* A counter that is best not seen at all. */
static void
print_growth(FILE *f, const char *name, double now, double before, const struct period *p)
{
	const double n = now - before;

	if (n > 0 && p->rates)
		fprintf(f, "    %s %.1f/s\n", name, n / p->seconds);
	else if (n > 0)
		fprintf(f, "    %s %.0f\n", name, n);
}

/* Why frames died, where any did. */
static void
print_reasons(FILE *f, const json_t *drops, const json_t *before, const struct period *p)
{
	for (void *it = json_object_iter((json_t *)(uintptr_t)drops); it;
	     it = json_object_iter_next((json_t *)(uintptr_t)drops, it)) {
		const char *reason = json_object_iter_key(it);

		print_growth(f, reason, json_number_value(json_object_iter_value(it)),
			     json_number_value(json_object_get(before, reason)), p);
	}
}

/* @param o NULL: from a daemon that does not tell */
static void
print_buffers(FILE *f, const json_t *o)
{
	if (o)
		fprintf(f, "buffers: %.0f of %.0f are free, %.0f hold frames that wait for room\n",
			text_number(o, "free"), text_number(o, "size"), text_number(o, "waiting"));
}

static void
print_counters(FILE *f, const char *name, const json_t *o, const json_t *before,
	       const struct period *p)
{
	const json_t *drops = text_at(o, "drops"), *drops_before = text_at(before, "drops");
	const double died = sum_of(drops) - sum_of(drops_before);

	fprintf(f, "  %-18s", name);
	for (size_t i = 0; i < COLUMNS; i++) {
		const double n =
			text_number(o, columns[i].path) - text_number(before, columns[i].path);

		if (p->rates)
			fprintf(f, " %16.1f", n / p->seconds / columns[i].unit);
		else
			fprintf(f, " %16.0f", n);
	}
	fprintf(f, p->rates ? " %12.1f\n" : " %12.0f\n", p->rates ? died / p->seconds : died);
	print_reasons(f, drops, drops_before, p);
	print_growth(f, "rx_nombuf", text_number(o, "rx_nombuf"), text_number(before, "rx_nombuf"),
		     p);
}

static void
print_bond(FILE *f, const json_t *bond, const json_t *before, const struct period *p)
{
	const json_t *member;
	size_t i;

	print_heading(f, text_string(bond, "name", "-"), p);
	print_counters(f, "host", text_at(bond, "host"), text_at(before, "host"), p);
	json_array_foreach (text_at(bond, "members"), i, member)
		print_counters(f, text_string(member, "name", "-"), member,
			       counterpart(text_at(before, "members"), member, "name"), p);
}

void
text_stats(FILE *f, const json_t *stats, const json_t *before, double seconds)
{
	const struct period p = {.rates = before, .seconds = seconds};
	const json_t *o;
	char name[40];
	size_t i;

	json_array_foreach (text_at(stats, "bonds"), i, o)
		print_bond(f, o, counterpart(text_at(before, "bonds"), o, "name"), &p);
	print_heading(f, "workers", &p);
	json_array_foreach (text_at(stats, "workers"), i, o) {
		snprintf(name, sizeof(name), "lcore %.0f, %.0f %%", text_number(o, "lcore"),
			 100 * text_number(o, "busy_ratio"));
		print_counters(f, name, o, counterpart(text_at(before, "workers"), o, "lcore"), &p);
	}
	print_buffers(f, text_at(stats, "buffers"));
}
