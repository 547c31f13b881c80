# SPDX-License-Identifier: BSD-3-Clause
"""others.py - counts what passes interfaces, LACP on one side, all others on the other.

usage: others.py INTERFACE... runs until SIGTERM, then prints "LACP N, others N", and a line for each of
the first ten others. "listening" is printed first.
"""

import select
import signal
import socket
import sys

ALL = 0x0003
SLOW = b"\x88\x09"

lacp, others = 0, []


def finish(*_):
    """Say what was seen, and end."""
    print(f"LACP {lacp}, others {len(others)}")
    print("\n".join(others[:10]))
    sys.exit(0)


def main():
    """Listen on all of them, to both directions."""
    global lacp
    ports = {}
    for name in sys.argv[1:]:
        port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL))
        port.bind((name, ALL))
        ports[port] = name
    signal.signal(signal.SIGTERM, finish)
    print("listening", flush=True)
    while True:
        for port in select.select(list(ports), [], [])[0]:
            frame = port.recv(2048)
            if frame[12:14] == SLOW:
                lacp += 1
            else:
                others.append(f"{ports[port]}: {frame[:40].hex(' ', 2)}")


main()
