/* SPDX-License-Identifier: BSD-3-Clause */
/* quiet.c - libxdp and libbpf report harmless things on stderr: to the log, for those who debug. */
#include "quiet.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "log.h"

/* Both libraries call a function of this shape; their level is an enumeration. */
typedef int (*print_fn)(int level, const char *fmt, va_list ap);
typedef print_fn (*set_print_fn)(print_fn fn);

__attribute__((format(printf, 2, 0))) static int
to_log(int level, const char *fmt, va_list ap)
{
	char line[256];

	(void)level;
	vsnprintf(line, sizeof(line), fmt, ap);
	line[strcspn(line, "\n")] = '\0';
	log_debug("%s", line);
	return 0;
}

void
quiet_xdp(void)
{
	static const struct {
		const char *library, *symbol;
	} printers[] = {
		{"libbpf.so.1", "libbpf_set_print"},
		{"libbpf.so.0", "libbpf_set_print"},
		{"libxdp.so.1", "libxdp_set_print"},
	};

	for (size_t i = 0; i < sizeof(printers) / sizeof(printers[0]); i++) {
		/* only if a driver has loaded it: we do not depend on it */
		void *library = dlopen(printers[i].library, RTLD_NOW | RTLD_NOLOAD);
		set_print_fn set;

		if (library == NULL)
			continue;
		*(void **)&set = dlsym(library, printers[i].symbol);
		if (set != NULL)
			set(to_log);
		dlclose(library); /* the driver still holds it */
	}
}
