/* SPDX-License-Identifier: BSD-3-Clause */
/* mac_text.h - MAC addresses as text, "02:00:00:00:00:01", in both directions. */
#ifndef MAC_TEXT_H
#define MAC_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#define MAC_TEXT_SIZE 18 /* NUL included */

/** Write an address. Any thread. @return text */
const char *mac_text(const uint8_t mac[6], char text[MAC_TEXT_SIZE]);

/** Read an address: six times one or two hexadecimal digits, and nothing else. @return was it one? */
bool mac_parse(const char *text, uint8_t mac[6]);

#endif
