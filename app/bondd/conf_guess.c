/* SPDX-License-Identifier: BSD-3-Clause */
/* conf_guess.c - what may have been meant by a word that is not known. */
#include <string.h>

#include "conf_field.h"

#define LONGEST 40

static unsigned int
least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* How many letters to insert, remove, replace or swap with their neighbour. */
static unsigned int
distance(const char *a, const char *b)
{
	unsigned int row[3][LONGEST + 1];
	size_t na = strlen(a), nb = strlen(b);

	if (na > LONGEST || nb > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= nb; j++)
		row[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= na; i++) {
		unsigned int *now = row[i % 3], *last = row[(i - 1) % 3],
			     *before = row[(i + 1) % 3];

		now[0] = (unsigned int)i;
		for (size_t j = 1; j <= nb; j++) {
			now[j] = least(last[j], now[j - 1]) + 1;
			now[j] = least(now[j], last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = least(now[j], before[j - 2] + 1);
		}
	}
	return row[na % 3][nb];
}

struct conf_guess
conf_guess_begin(const char *wrong)
{
	/* A third of the letters may be wrong, and never so many that any short word is near. */
	return (struct conf_guess){
		.wrong = wrong,
		.distance = least((unsigned int)((strlen(wrong) + 2) / 3), 4) + 1,
	};
}

void
conf_guess_try(struct conf_guess *g, const char *word)
{
	unsigned int d;

	if (!word)
		return;
	d = distance(g->wrong, word);
	if (d < g->distance) {
		g->distance = d;
		g->best = word;
	}
}
