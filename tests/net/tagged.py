# SPDX-License-Identifier: BSD-3-Clause
# tagged.py - sends frames with all sorts of tags into one port and compares what leaves another.
"""usage: tagged.py FROM TO [DESTINATION_MAC]; exits 0 when every frame came unchanged, once."""
import sys
import time

from frames import Port, mac

BROADCAST = mac("ffffffffffff")
SOURCE = mac("020000000077")


def tag(tpid, vlan, priority=0):
    """A VLAN tag as bytes."""
    return tpid.to_bytes(2, "big") + (priority << 13 | vlan).to_bytes(2, "big")


def kinds():
    """Name, tags and length of payload of every kind of frame that has to pass."""
    customer, service = 0x8100, 0x88a8
    yield "untagged, short", b"", 46
    yield "untagged, full", b"", 1500
    yield "802.1Q", tag(customer, 100), 46
    yield "802.1Q with priority", tag(customer, 4094, 7), 300
    yield "priority tag of VLAN 0", tag(customer, 0, 5), 64
    yield "802.1Q, full", tag(customer, 7), 1500
    yield "802.1ad", tag(service, 200), 46
    yield "802.1ad, full", tag(service, 200, 3), 1496
    yield "802.1ad over 802.1Q", tag(service, 300) + tag(customer, 30), 1400
    yield "802.1Q over 802.1Q", tag(customer, 400) + tag(customer, 40), 1400
    yield "802.1ad over 802.1ad", tag(service, 500) + tag(service, 50, 1), 46
    yield "three tags", tag(service, 1) + tag(customer, 2) + tag(customer, 3), 100


def main():
    """Each kind to a unicast (when given) and to the broadcast address."""
    source, sink = Port(sys.argv[1]), Port(sys.argv[2])
    targets = [("broadcast", BROADCAST)]
    if len(sys.argv) > 3:
        targets.append(("unicast", mac(sys.argv[3])))
    else:
        targets.append(("unicast", mac("020000000088")))
    bad = 0
    for name, tags, length in kinds():
        for to_name, to in targets:
            payload = bytes((i * 7 + length) & 0xff for i in range(length))
            frame = to + SOURCE + tags + b"\x88\xb5" + payload
            sink.drain()
            source.send(frame)
            found = []
            end = time.monotonic() + 1
            while time.monotonic() < end:
                got = sink.receive(0.05 if found else 0.5)
                if got is None and found:
                    break
                if got is not None and got[6:12] == SOURCE:
                    found.append(got)
            if found == [frame]:
                continue
            bad += 1
            print(f"{name}, {to_name}: {len(found)} frames came")
            print("  sent", frame[:40].hex(), len(frame))
            for got in found:
                print("  came", got[:40].hex(), len(got))
            if not found:
                break
        if bad >= 4:
            break
    sys.exit(1 if bad else 0)


main()
