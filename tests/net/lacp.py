# SPDX-License-Identifier: BSD-3-Clause
# lacp.py - watches LACPDUs on ports, or sends hostile ones.
"""usage: lacp.py watch SECONDS PORT...       prints a line for each LACPDU that comes in
       lacp.py noise|systems|reflect SECONDS PORT   sends as fast as it can, prints how many

PORT is written NAMESPACE:INTERFACE. A line of watch is: seconds (CLOCK_REALTIME), interface, our
state and what we say of the partner's, both hexadecimal.
noise:    random bytes as slow protocol frames, and LACPDUs with random contents
systems:  LACPDUs that are right in all but the partner's system, which is another in each
reflect:  what comes in goes back
"""
import os
import select
import struct
import sys
import time

from frames import Port, mac

GROUP = mac("0180c2000002")
SLOW = b"\x88\x09"
SYNC_AND_ALL = 0x3f  # active, short timeout, aggregation, in sync, collecting, distributing


def is_lacpdu(frame):
    """A frame that came in, any of version 1 or later."""
    return len(frame) >= 124 and frame[12:15] == SLOW + b"\x01"


def lacpdu(source, actor, partner):
    """A frame; actor and partner are the 15 octets from system priority to state."""
    return (GROUP + source + SLOW + b"\x01\x01" + b"\x01\x14" + actor + bytes(3)
            + b"\x02\x14" + partner + bytes(3) + b"\x03\x10" + bytes(14) + bytes(52))


def watch(seconds, ports):
    """Print what comes in."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        ready, _, _ = select.select([p.sock for p in ports], [], [], end - time.monotonic())
        for port in ports:
            frame = port.receive(0) if port.sock in ready else None
            if frame is not None and is_lacpdu(frame):
                print("%.6f %s %02x %02x" % (time.time(), port.name, frame[32], frame[52]),
                      flush=True)


def noise(_):
    """Half of it not even framed as LACP."""
    source = mac("020000000099")
    while True:
        for size in (46, 60, 110, 110, 300, 1500 - 14):
            yield GROUP + source + SLOW + os.urandom(size)
            yield lacpdu(source, os.urandom(15), os.urandom(15))


def systems(port):
    """What the other side says of itself is what its LACPDUs say; wait for one."""
    theirs = None
    while theirs is None:
        frame = port.receive(5)
        if frame is None:
            sys.exit("no LACPDU came in")
        if is_lacpdu(frame):
            theirs = frame[18:33]
    source = mac("020000000099")
    number = 0
    while True:
        number += 1
        actor = struct.pack("!H6sHHHB", 1, b"\x02\x99" + struct.pack("!I", number), 7, 255, 1,
                            SYNC_AND_ALL)
        yield lacpdu(source, actor, theirs)


def flood(seconds, port, frames):
    """Send all for some seconds; how many went out."""
    end = time.monotonic() + seconds
    sent = 0
    for frame in frames(port):
        try:
            port.sock.send(frame)
            sent += 1
        except OSError:
            pass  # the queue is full, or the interface is down for a moment
        if sent % 64 == 0 and time.monotonic() >= end:
            return sent
    return sent


def reflect(seconds, port):
    """Send back every slow protocol frame, once."""
    end = time.monotonic() + seconds
    sent = 0
    while time.monotonic() < end:
        frame = port.receive(end - time.monotonic())
        if frame is not None and frame[12:14] == SLOW:
            port.send(frame)
            sent += 1
    return sent


def main():
    """Do what the command line says."""
    what, seconds = sys.argv[1], float(sys.argv[2])
    ports = [Port(where) for where in sys.argv[3:]]
    if what == "watch":
        watch(seconds, ports)
    elif what == "reflect":
        print(reflect(seconds, ports[0]))
    else:
        print(flood(seconds, ports[0], {"noise": noise, "systems": systems}[what]))


main()
