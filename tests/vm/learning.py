# SPDX-License-Identifier: BSD-3-Clause
"""learning.py - counts learning packets: frames of ethertype 0x9000 from a MAC address to itself.

usage: learning.py SECONDS NAMESPACE:INTERFACE...; prints "INTERFACE VLAN MAC COUNT" in lines, VLAN 0
where there is no tag. "listening" is printed first.
"""
import collections
import sys
import time

from frames import Port


def main():
    """Listen on all of them until the time is over."""
    ports = [Port(where) for where in sys.argv[2:]]
    seen = collections.Counter()
    print("listening", flush=True)
    end = time.monotonic() + float(sys.argv[1])
    while time.monotonic() < end:
        for port in ports:
            frame = port.receive(0.02)
            if frame is None or frame[:6] != frame[6:12]:
                continue
            tagged = frame[12:14] == b"\x81\x00"
            vlan = int.from_bytes(frame[14:16], "big") & 0xfff if tagged else 0
            if frame[16 if tagged else 12:][:2] == b"\x90\x00":
                seen[port.name, vlan, frame[6:12].hex(":")] += 1
    for (name, vlan, mac), count in sorted(seen.items()):
        print(name, vlan, mac, count)


main()
