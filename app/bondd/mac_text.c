/* SPDX-License-Identifier: BSD-3-Clause */
/* mac_text.c - MAC addresses as text, "02:00:00:00:00:01", in both directions. */
#include "mac_text.h"

#include <stdio.h>
#include <string.h>

const char *
mac_text(const uint8_t mac[6], char text[MAC_TEXT_SIZE])
{
	snprintf(text, MAC_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	return text;
}

bool
mac_parse(const char *text, uint8_t mac[6])
{
	uint8_t m[6];
	int end = 0;

	/* sscanf() alone would pass over spaces and signs */
	if (strspn(text, "0123456789abcdefABCDEF:") != strlen(text) ||
	    sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &m[0], &m[1], &m[2], &m[3], &m[4],
		   &m[5], &end) != 6 ||
	    text[end] != '\0')
		return false;
	memcpy(mac, m, sizeof(m));
	return true;
}
