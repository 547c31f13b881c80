/* SPDX-License-Identifier: BSD-3-Clause */
/* log.c - lines on stderr; with the priorities of sd-daemon(3) when the journal reads them. */
#include "log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE                                                                                  \
	1280 /* octets; the longest sentence that refuses something, and what is before it */

static const struct {
	const char *name;
	int syslog; /* RFC 5424 severity */
} levels[] = {
	[LOG_LEVEL_ERROR] = {"error", 3},   [LOG_LEVEL_WARNING] = {"warning", 4},
	[LOG_LEVEL_NOTICE] = {"notice", 5}, [LOG_LEVEL_INFO] = {"info", 6},
	[LOG_LEVEL_DEBUG] = {"debug", 7},
};

static enum log_level threshold = LOG_LEVEL_INFO;

void
log_set_level(enum log_level level)
{
	threshold = level;
}

/* Who was started by a unit may still write elsewhere, and the variable is inherited (sd-daemon(3)). */
static bool
is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	return stream != NULL && sscanf(stream, "%llu:%llu", &dev, &ino) == 2 &&
	       fstat(STDERR_FILENO, &st) == 0 && st.st_dev == dev && st.st_ino == ino;
}

void
log_line(enum log_level level, const char *fmt, ...)
{
	char line[LINE_SIZE];
	size_t at;
	va_list ap;

	if (level > threshold)
		return;
	if (is_journal()) {
		at = snprintf(line, sizeof(line), "<%d>", levels[level].syslog);
	} else {
		struct timespec t;
		struct tm tm;

		clock_gettime(CLOCK_REALTIME, &t);
		localtime_r(&t.tv_sec, &tm);
		at = strftime(line, sizeof(line), "%H:%M:%S", &tm);
		at += snprintf(line + at, sizeof(line) - at, ".%03ld %s: ", t.tv_nsec / 1000000,
			       levels[level].name);
	}
	va_start(ap, fmt);
	vsnprintf(line + at, sizeof(line) - at - 1, fmt, ap);
	va_end(ap);
	strcat(line, "\n");
	if (write(STDERR_FILENO, line, strlen(line)) < 0)
		return; /* nowhere left to complain to */
}
