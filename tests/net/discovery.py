# SPDX-License-Identifier: BSD-3-Clause
# discovery.py - sends a router solicitation or advertisement that tells the interface's MAC address.
"""usage: discovery.py rs|ra INTERFACE; from its link-local address, to all routers or all nodes."""
import socket
import struct
import sys

SOURCE_LINK_ADDRESS = 1


def main():
    """Send one; the kernel adds the checksum."""
    kind, interface = sys.argv[1:]
    with open(f"/sys/class/net/{interface}/address", encoding="ascii") as f:
        mac = bytes.fromhex(f.read().strip().replace(":", ""))
    index = socket.if_nametoindex(interface)
    option = struct.pack("!BB", SOURCE_LINK_ADDRESS, 1) + mac
    if kind == "rs":
        message, group = struct.pack("!BBHI", 133, 0, 0, 0), "ff02::2"
    else:
        message, group = struct.pack("!BBHBBHII", 134, 0, 0, 64, 0, 1800, 0, 0), "ff02::1"
    s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
    s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
    s.sendto(message + option, (group, 0, 0, index))


main()
