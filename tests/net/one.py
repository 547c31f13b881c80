# SPDX-License-Identifier: BSD-3-Clause
# one.py - sends a frame to an address into one port and says whether it leaves another.
"""usage: one.py FROM TO DESTINATION_MAC; exits 0 when the frame comes within 0.3 s."""
import os
import sys
import time

from frames import Port, mac


def main():
    """Send the frame once; a random payload tells it from all others."""
    source, sink = Port(sys.argv[1]), Port(sys.argv[2])
    frame = mac(sys.argv[3]) + mac("020000000077") + b"\x88\xb5" + os.urandom(64)
    source.send(frame)
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        if sink.receive(end - time.monotonic()) == frame:
            sys.exit(0)
    sys.exit(1)


main()
