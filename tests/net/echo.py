# SPDX-License-Identifier: BSD-3-Clause
# echo.py - pings a millisecond apart whether or not they are answered, and how long none were.
"""usage: echo.py NAMESPACE ADDRESS SECONDS

As ping -i 0.001, which waits 10 ms for an answer that does not come. Says "running" at the first answer;
at the end the longest time during which what was sent got no answer, in ms, how many were lost, and sent.
"""
import select
import socket
import struct
import sys
import time

from frames import enter

IDENT = 0x7bdd
LATE = 0.3  # s that an answer may take


def request(number):
    """An ICMP echo request."""
    body = struct.pack("!HHI", IDENT, number & 0xffff, number) + bytes(44)
    total = sum(struct.unpack("!%dH" % (len(body) // 2), body)) + 0x0800
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return struct.pack("!BBH", 8, 0, ~total & 0xffff) + body


def longest(sent, answered):
    """The longest time from the first of lost requests to the next one that was answered."""
    worst, first = 0.0, None
    for number, when in enumerate(sent):
        if number not in answered:
            first = when if first is None else first
        elif first is not None:
            worst, first = max(worst, when - first), None
    return worst if first is None else max(worst, sent[-1] - first)


def main():
    """Send on time, receive in between."""
    enter(sys.argv[1])
    sock = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    sock.connect((sys.argv[2], 0))
    sock.setblocking(False)
    sent, answered = [], set()
    due = time.monotonic()
    end = due + float(sys.argv[3])
    while True:
        now = time.monotonic()
        if now > end + LATE:
            break
        if due <= now < end:
            try:
                sock.send(request(len(sent)))
            except OSError:
                pass  # lost, too
            sent.append(now)
            due = max(due + 0.001, now - 0.005)
        ready, _, _ = select.select([sock], [], [], max(0, min(due - time.monotonic(), 0.001)))
        while ready:
            try:
                packet = sock.recv(2048)
            except BlockingIOError:
                break
            if packet[20] == 0 and struct.unpack("!H", packet[24:26])[0] == IDENT:
                if not answered:
                    print("running", flush=True)
                answered.add(struct.unpack("!I", packet[28:32])[0])
    print("%d %d %d" % (longest(sent, answered) * 1000 + 0.999, len(sent) - len(answered), len(sent)))


main()
