/* SPDX-License-Identifier: BSD-3-Clause */
/* announce_frame.h - the frames that announce where an address is to be found now. Pure. */
#ifndef ANNOUNCE_FRAME_H
#define ANNOUNCE_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#define ANNOUNCE_MAX_FRAME 86 /* octets: Ethernet, IPv6, neighbour advertisement with its option */

/**
 * A gratuitous ARP request: sender and target are the address (RFC 5227, 3). Pure.
 * @param frame room for ANNOUNCE_MAX_FRAME octets; padded to 60
 * @return length in octets
 */
unsigned int announce_arp(const uint8_t mac[6], const uint8_t ipv4[4], uint8_t *frame);

/**
 * An unsolicited neighbour advertisement with the override flag to all nodes (RFC 4861, 7.2.6). Pure.
 * @param router whether the host forwards IPv6
 * @return length in octets
 */
unsigned int announce_na(const uint8_t mac[6], const uint8_t ipv6[16], bool router, uint8_t *frame);

#endif
