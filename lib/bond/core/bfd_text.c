/* SPDX-License-Identifier: BSD-3-Clause */
/* bfd_text.c - states, diagnostics and refusals of BFD in words. */
#include "bfd.h"

const char *
bfd_state_name(enum bfd_state state)
{
	static const char *const names[] = {
		[BFD_ADMIN_DOWN] = "admin down",
		[BFD_DOWN] = "down",
		[BFD_INIT] = "init",
		[BFD_UP] = "up",
	};

	return names[state];
}

const char *
bfd_diag_name(unsigned int diag)
{
	static const char *const names[] = {
		"no diagnostic",
		"control detection time expired",
		"echo function failed",
		"neighbor signaled session down",
		"forwarding plane reset",
		"path down",
		"concatenated path down",
		"administratively down",
		"reverse concatenated path down",
	};

	return diag < sizeof(names) / sizeof(names[0]) ? names[diag] : "reserved";
}

const char *
bfd_parse_name(enum bfd_parse parse)
{
	static const char *const names[BFD_PARSES] = {
		[BFD_PARSE_OK] = "ok",
		[BFD_REFUSE_RUNT] = "runt",
		[BFD_REFUSE_NOT_BFD] = "not_bfd",
		[BFD_REFUSE_FRAGMENT] = "fragment",
		[BFD_REFUSE_IP_CHECKSUM] = "ip_checksum",
		[BFD_REFUSE_TTL] = "ttl",
		[BFD_REFUSE_UDP_LENGTH] = "udp_length",
		[BFD_REFUSE_UDP_CHECKSUM] = "udp_checksum",
		[BFD_REFUSE_SOURCE_PORT] = "source_port",
		[BFD_REFUSE_VERSION] = "version",
		[BFD_REFUSE_LENGTH] = "length",
		[BFD_REFUSE_AUTH] = "auth",
		[BFD_REFUSE_MULTIPLIER] = "multiplier",
		[BFD_REFUSE_MULTIPOINT] = "multipoint",
		[BFD_REFUSE_MY_DISCRIMINATOR] = "my_discriminator",
		[BFD_REFUSE_YOUR_DISCRIMINATOR] = "your_discriminator",
		[BFD_REFUSE_ADDRESS] = "address",
		[BFD_REFUSE_SESSION] = "session",
		[BFD_REFUSE_ADMIN_DOWN] = "admin_down",
		[BFD_REFUSE_DISABLED] = "disabled",
	};

	return names[parse];
}
