/* SPDX-License-Identifier: BSD-3-Clause */
/* log.h - one line an occurrence, to stderr, with the level and the object it concerns. */
#ifndef LOG_H
#define LOG_H

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_NOTICE,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG
};

/** What is more detailed than this is not written. Control thread. */
void log_set_level(enum log_level level);

/**
 * Write one line. Any thread but a worker.
 * @param level ERROR: a person must act; WARNING: service is reduced; NOTICE: a state changed;
 *        INFO: start-up facts; DEBUG: each step
 * @param fmt printf format, without newline
 */
__attribute__((format(printf, 2, 3))) void log_line(enum log_level level, const char *fmt, ...);

#define log_error(...)   log_line(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_line(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...)  log_line(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(...)    log_line(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...)   log_line(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
