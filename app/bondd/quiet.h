/* SPDX-License-Identifier: BSD-3-Clause */
/* quiet.h - keeps libraries that drivers bring along from writing to stderr on their own. */
#ifndef QUIET_H
#define QUIET_H

/** Send what libxdp and libbpf say to our log, at debug level; call once EAL loaded the drivers. */
void quiet_xdp(void);

#endif
