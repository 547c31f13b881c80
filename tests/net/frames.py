# SPDX-License-Identifier: BSD-3-Clause
# frames.py - raw Ethernet frames on an interface of a namespace, VLAN tags included; a module.
"""Ports send and receive whole frames as bytes.

A program here opens ports in several namespaces: a socket stays in the namespace where it was made.
"""
import ctypes
import errno
import os
import select
import socket
import struct
import time

ETH_P_ALL = 3
SOL_PACKET = 263
PACKET_AUXDATA = 8
PACKET_OUTGOING = 4
TP_STATUS_VLAN_VALID = 1 << 4
TP_STATUS_VLAN_TPID_VALID = 1 << 6
CLONE_NEWNET = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)


def enter(namespace):
    """Move this process into a namespace of ip-netns(8)."""
    fd = os.open("/run/netns/" + namespace, os.O_RDONLY)
    try:
        if _libc.setns(fd, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns " + namespace)
    finally:
        os.close(fd)


class Port:
    """An interface, written "NAMESPACE:INTERFACE"."""

    def __init__(self, where):
        namespace, self.name = where.split(":")
        enter(namespace)
        self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self.sock.bind((self.name, ETH_P_ALL))
        self.sock.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)

    def send(self, frame):
        """Send a frame, given from its destination address on."""
        self.sock.send(frame)

    def receive(self, seconds):
        """The next frame that came in, its tag where it was on the wire; None when none comes."""
        end = time.monotonic() + seconds
        while True:
            ready, _, _ = select.select([self.sock], [], [], max(0, end - time.monotonic()))
            if not ready:
                return None
            try:
                data, extra, _, address = self.sock.recvmsg(65536, 256)
            except OSError as error:
                if error.errno != errno.ENETDOWN:
                    raise
                continue  # said once when the interface goes down
            if address[2] != PACKET_OUTGOING:
                return _with_tag(data, extra)

    def drain(self):
        """Forget what came in so far."""
        while self.receive(0) is not None:
            pass


def _with_tag(data, extra):
    """The kernel takes the outer tag out of a frame; put it back."""
    for level, kind, value in extra:
        if level == SOL_PACKET and kind == PACKET_AUXDATA:
            status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", value[:20])
            if status & TP_STATUS_VLAN_VALID:
                if not status & TP_STATUS_VLAN_TPID_VALID:
                    tpid = 0x8100
                return data[:12] + struct.pack("!HH", tpid, tci) + data[12:]
    return data


def mac(text):
    """A MAC address as bytes."""
    return bytes.fromhex(text.replace(":", ""))
