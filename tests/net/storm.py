# SPDX-License-Identifier: BSD-3-Clause
# storm.py - ARP and neighbour advertisements as fast as wanted, of ever other senders or to ever other receivers.
"""usage: storm.py host|wire NAMESPACE:INTERFACE BOND_MAC SECONDS [RATE]; prints how many frames were sent.

host: the host tells another neighbour of itself each time. wire: somebody says that he is a neighbour,
another one each time, with a MAC address that nobody has had; every 16th claims the host's address.
"""
import struct
import sys
import time

from frames import Port, mac

RATE = 100000  # frames a second
BATCH = 64
HOST, NEIGHBOUR = bytes([10, 77, 0, 1]), bytes.fromhex("020000000999")
ARP = bytes.fromhex("0001080006040002")


def make(kind, bond, number):
    """Frame of that number."""
    other = struct.pack("!BBH", 10, 78, number & 0xffff)
    if kind == "host":
        return NEIGHBOUR + bond + b"\x08\x06" + ARP + bond + HOST + NEIGHBOUR + other + bytes(18)
    forged = b"\x02\x06" + struct.pack("!I", number)
    who = HOST if number % 16 == 0 else other
    return bond + forged + b"\x08\x06" + ARP + forged + who + bond + HOST + bytes(18)


def main():
    """Send in batches, each when it is due."""
    kind, bond = sys.argv[1], mac(sys.argv[3])
    seconds, rate = float(sys.argv[4]), int(sys.argv[5]) if len(sys.argv) > 5 else RATE
    port = Port(sys.argv[2])
    frames = [make(kind, bond, number) for number in range(20000)]
    send, sent, begin = port.sock.send, 0, time.monotonic()
    while (now := time.monotonic() - begin) < seconds:
        if sent >= now * rate:
            time.sleep(0.0002)
            continue
        for number in range(sent, sent + BATCH):
            try:
                send(frames[number % len(frames)])
            except OSError:  # the queue is full: the frame is lost here already
                pass
        sent += BATCH
    print(sent)


main()
