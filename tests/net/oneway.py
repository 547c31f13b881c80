# SPDX-License-Identifier: BSD-3-Clause
# oneway.py - sends frames to an address, a millisecond apart, that nobody answers, and measures gaps.
"""usage: oneway.py FROM TO DESTINATION_MAC SECONDS

Says "running" when the first has come, and at the end the longest time without one, in ms, and how many
were lost: nothing that goes the other way helps a switch to find the address.
"""
import struct
import sys
import time

from frames import Port, mac


def main():
    """Send and receive in turns."""
    source, sink = Port(sys.argv[1]), Port(sys.argv[2])
    head = mac(sys.argv[3]) + mac("020000000077") + b"\x88\xb5"
    begin = due = time.monotonic()
    sent = came = 0
    gap = last = 0.0
    while True:
        now = time.monotonic()
        if now >= due and now < begin + float(sys.argv[4]):
            source.send(head + struct.pack("!I", sent) + bytes(46))
            sent += 1
            due = max(due + 0.001, now - 0.001)
        frame = sink.receive(0.0005)
        if frame is not None and frame[:14] == head:
            if came == 0:
                print("running", flush=True)
            else:
                gap = max(gap, now - last)
            last = now
            came += 1
        elif now > begin + float(sys.argv[4]) + 0.2:
            break
    gap = max(gap, begin + float(sys.argv[4]) - last)  # nothing came any more
    print("%d %d" % (gap * 1000 + 0.999, sent - came))


main()
