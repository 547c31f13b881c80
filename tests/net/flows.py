# SPDX-License-Identifier: BSD-3-Clause
# flows.py - sends UDP flows through a bond and compares where each left with what flow.lookup says.
"""usage: flows.py HOST_NAMESPACE SWITCH_NAMESPACE SOCKET COUNT DESTINATION...

COUNT flows to each destination, three frames each, caught at port1 and port2 behind eth1 and eth2.
Prints how many flows left ON_1 and ON_2, were SPLIT over both, left elsewhere than they should by
flow.lookup (WRONG), and were LOST in whole or in part.
"""
import json
import socket
import sys
import time

from frames import Port, enter

FRAMES = 3
MARK = b"bondd flow "


def send(count, destinations):
    """Send all flows; the payload is the number of the flow."""
    socks = []
    for at, destination in enumerate(destinations):
        family = socket.AF_INET6 if ":" in destination else socket.AF_INET
        for flow in range(count):
            sock = socket.socket(family, socket.SOCK_DGRAM)
            sock.bind(("", 20000 + at * 100 + flow))
            socks.append((sock, (destination, 7000 + flow % 5), at * count + flow))
    for _ in range(FRAMES):
        for number, (sock, to, flow) in enumerate(socks):
            sock.sendto(MARK + b"%06d" % flow, to)
            if number % 16 == 15:
                time.sleep(0.001)
    return len(socks)


def fields(frame):
    """The fields of flow.lookup that a UDP frame has."""
    found = {"dst_mac": frame[0:6].hex(":"), "src_mac": frame[6:12].hex(":"), "proto": "udp"}
    at = 12
    if frame[at:at + 2] == b"\x81\x00":
        found["vlan"] = int.from_bytes(frame[at + 2:at + 4], "big") & 0xfff
        at += 4
    if frame[at:at + 2] == b"\x08\x00":
        kind, place, size, ports = socket.AF_INET, at + 14, 4, at + 22
    else:
        kind, place, size, ports = socket.AF_INET6, at + 10, 16, at + 42
    found["src"] = socket.inet_ntop(kind, frame[place:place + size])
    found["dst"] = socket.inet_ntop(kind, frame[place + size:place + 2 * size])
    found["sport"] = int.from_bytes(frame[ports:ports + 2], "big")
    found["dport"] = int.from_bytes(frame[ports + 2:ports + 4], "big")
    return found


def ask(path, flows):
    """The member of each flow by flow.lookup, all in one batch."""
    batch = [{"jsonrpc": "2.0", "id": flow, "method": "flow.lookup",
              "params": {"bond": "bond0", **found}} for flow, found in flows.items()]
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(path)
    sock.sendall(json.dumps(batch).encode() + b"\n")
    with sock.makefile() as answers:
        return {answer["id"]: answer["result"]["member"] for answer in json.loads(answers.readline())}


def main():
    """Send, catch, ask, compare."""
    host, switch, path, count, destinations = *sys.argv[1:4], int(sys.argv[4]), sys.argv[5:]
    ends = {"eth1": Port(switch + ":port1"), "eth2": Port(switch + ":port2")}
    for end in ends.values():
        end.drain()
    enter(host)
    total = send(count, destinations)
    seen, headers, caught = {}, {}, 0
    end_time = time.monotonic() + 3
    while caught < total * FRAMES and time.monotonic() < end_time:
        for member, end in ends.items():
            frame = end.receive(0.01)
            while frame is not None:
                at = frame.find(MARK)
                if at > 0:
                    flow = int(frame[at + len(MARK):at + len(MARK) + 6])
                    seen.setdefault(flow, []).append(member)
                    headers[flow] = fields(frame)
                    caught += 1
                frame = end.receive(0)
    told = ask(path, headers)
    print(sum("eth1" in members for members in seen.values()),
          sum("eth2" in members for members in seen.values()),
          sum(len(set(members)) > 1 for members in seen.values()),
          sum(set(members) != {told[flow]} for flow, members in seen.items()),
          total - sum(len(members) == FRAMES for members in seen.values()))


main()
