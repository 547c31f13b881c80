#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# alb_delay.py - measures what the way of the host's ARP through the control thread adds.
"""Measures how long ARP of the host takes through the control thread, against data that does not.

usage: alb_delay.py HOST_NAMESPACE SWITCH_NAMESPACE

Sends ARP requests and UDP frames on bond0 in turns and waits for each on the far ends of the cables;
the kernel, the tap and the sleeping worker delay both alike, so the difference is what the way
through the control thread adds.
"""
import ctypes
import os
import select
import socket
import statistics
import struct
import sys
import time

ROUNDS = 200
LIMIT_US = 2000 if os.environ.get("BESIDE") else 200  # processors are busy when others run beside
libc = ctypes.CDLL(None, use_errno=True)


def enter(namespace):
    with open("/run/netns/" + namespace, encoding="ascii") as f:
        if libc.setns(f.fileno(), 0x40000000) != 0:
            raise OSError(ctypes.get_errno(), "setns")


def packet_socket(namespace, interface):
    enter(namespace)
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
    s.bind((interface, 0))
    return s


def arp(mac, number):
    sender = socket.inet_aton("10.77.0.1")
    return (b"\xff" * 6 + mac + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1) + mac + sender +
            bytes(6) + struct.pack("!I", 0x0a4d6400 + number) + bytes(18))


def data(mac, number):
    return (b"\x02\x77\0\0\0\x77" + mac + b"\x08\0" +
            struct.pack("!BBHHHBBH4s4s", 0x45, 0, 46, number, 0, 64, 17, 0,
                        socket.inet_aton("10.77.0.1"), struct.pack("!I", 0x0a4d6400 + number)) +
            bytes(26))


def until_seen(ports, mark):
    end = time.monotonic() + 1
    while time.monotonic() < end:
        for s in select.select(ports, [], [], 1)[0]:
            if mark in s.recv(2048):
                return time.monotonic()
    sys.exit("a frame did not arrive within a second")


def main():
    bond = packet_socket(sys.argv[1], "bond0")
    mac = bond.getsockname()[4]
    ports = [packet_socket(sys.argv[2], p) for p in ("port1", "port2")]
    took = {arp: [], data: []}
    for k in range(ROUNDS):
        for kind, times in took.items():
            frame = kind(mac, k)
            time.sleep(0.002)  # all is idle again
            sent = time.monotonic()
            bond.send(frame)
            times.append((until_seen(ports, struct.pack("!I", 0x0a4d6400 + k)) - sent) * 1e6)
    median = {kind: statistics.median(times) for kind, times in took.items()}
    print("  median: ARP %.0f us, data %.0f us" % (median[arp], median[data]))
    return median[arp] - median[data] > LIMIT_US


sys.exit(main())
