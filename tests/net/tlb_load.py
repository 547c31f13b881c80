#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# tlb_load.py - sends a load of flows with unequal rates, and judges how two members carried it.
"""Sends a load of flows with unequal rates, and judges how evenly two members carried it.

usage: tlb_load.py send SECONDS RATE...          from this namespace to 10.77.0.11, .12, ...
       tlb_load.py judge OCTETS1/WEIGHT1 OCTETS2/WEIGHT2 RATE...
                                                  exits 0 when no placement is better by over 10 %
"""
import socket
import sys
import time

UNIT = 40  # frames a second of a flow of rate 1
SIZE = 400


def send(seconds, rates):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    due = [0.0] * len(rates)
    start = time.monotonic()
    now = 0.0
    while now < seconds:
        for k, rate in enumerate(rates):
            while due[k] <= now:
                s.sendto(bytes(SIZE), ("10.77.0.%u" % (11 + k), 9))
                due[k] += 1 / (rate * UNIT)
        time.sleep(0.005)
        now = time.monotonic() - start


def judge(octets, weights, rates):
    """What members carry for their weight: the worst of them against the best that there is."""
    total = sum(rates)
    reachable = {0}
    for rate in rates:
        reachable |= {r + rate for r in reachable}
    best = min(max(r / weights[0], (total - r) / weights[1]) for r in reachable) / total
    worst = max(octets[0] / weights[0], octets[1] / weights[1]) / max(1, sum(octets))
    share = 100 / sum(weights)
    print("  the busier member carried %.1f %% of its share; %.1f %% is the best that there is" %
          (1e4 * worst / share, 1e4 * best / share))
    return worst > 1.1 * best


def main():
    if sys.argv[1] == "send":
        return send(float(sys.argv[2]), [int(r) for r in sys.argv[3:]])
    members = [[int(n) for n in text.split("/")] for text in sys.argv[2:4]]
    return judge([m[0] for m in members], [m[1] for m in members], [int(r) for r in sys.argv[4:]])


sys.exit(main())
