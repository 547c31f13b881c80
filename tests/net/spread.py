# SPDX-License-Identifier: BSD-3-Clause
# spread.py - sends numbered frames into one port and says how many came out of each of two others.
"""usage: spread.py FROM TO1 TO2 COUNT [COPIES]; prints: ON_1 ON_2 LOST TWICE.

COPIES is how often each frame should come, 1 unless said.
"""
import sys
import time

from frames import Port, mac

MARK = b"bondd spread test frame "


def main():
    """Send at a gentle pace, receive, count."""
    source = Port(sys.argv[1])
    ends = [Port(sys.argv[2]), Port(sys.argv[3])]
    count = int(sys.argv[4])
    wanted = count * int(sys.argv[5] if len(sys.argv) > 5 else 1)
    header = mac("020000000077") + mac("020000000078") + b"\x88\xb5"
    seen = [[], []]

    def collect(seconds):
        for end, numbers in zip(ends, seen):
            frame = end.receive(seconds)
            while frame is not None:
                if frame[14:14 + len(MARK)] == MARK:
                    numbers.append(int(frame[14 + len(MARK):14 + len(MARK) + 8]))
                frame = end.receive(0)

    for end in ends:
        end.drain()
    for number in range(count):
        source.send(header + MARK + b"%08d" % number + bytes(32))
        if number % 16 == 15:
            time.sleep(0.001)
            collect(0)
    end_time = time.monotonic() + 3
    while len(seen[0]) + len(seen[1]) < wanted and time.monotonic() < end_time:
        collect(0.05)
    collect(0.1)
    both = seen[0] + seen[1]
    print(len(seen[0]), len(seen[1]), count - len(set(both)), len(both) - len(set(both)))


main()
