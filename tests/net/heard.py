# SPDX-License-Identifier: BSD-3-Clause
# heard.py - says, a line a frame, what announcements and reports come out of a port.
"""usage: heard.py PORT SECONDS; e.g. "arp 10.77.0.1", "vlan 100 na fd77::1", "rarp 02:00:00:00:00:55"."""
import ipaddress
import sys
import time

from frames import Port


def describe(frame):
    """The line for a frame, None for others."""
    prefix, at = "", 12
    while frame[at:at + 2] in (b"\x81\x00", b"\x88\xa8"):
        prefix += f"vlan {int.from_bytes(frame[at + 2:at + 4], 'big') & 0xfff} "
        at += 4
    kind, body = frame[at:at + 2], frame[at + 2:]
    if kind == b"\x08\x06" and body[14:18] == body[24:28]:
        return f"{prefix}arp {ipaddress.ip_address(body[14:18])}"
    if kind == b"\x80\x35" and body[8:14] == body[18:24]:
        return f"{prefix}rarp {body[8:14].hex(':')}"
    if kind == b"\x08\x00" and body[9] == 2:
        message = body[(body[0] & 15) * 4:]
        return f"{prefix}igmp {ipaddress.ip_address(message[12:16])}" if message[0] == 0x22 else None
    if kind == b"\x86\xdd" and body[6] == 58 and body[40] == 136:
        return f"{prefix}na {ipaddress.ip_address(body[48:64])}"
    if kind == b"\x86\xdd" and body[6] == 0 and body[40] == 58 and body[48] == 143:
        return f"{prefix}mld {ipaddress.ip_address(body[60:76])}"
    return None


def main():
    """Listen until the time is over."""
    port = Port(sys.argv[1])
    print("listening", flush=True)
    end = time.monotonic() + float(sys.argv[2])
    while time.monotonic() < end:
        frame = port.receive(0.2)
        line = describe(frame) if frame else None
        if line:
            print(line, flush=True)


main()
