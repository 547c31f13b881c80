#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# performance.py - writes performance.md and the gnuplot scripts of its plots from JSON of bench.
"""usage: performance.py DIRECTORY JSON...; the first file is the one that tables and plots show.

Files of testpmd.sh may be anywhere among the others.
"""
import datetime
import json
import sys

MODES = ["balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb",
         "balance-alb", "tlb+bridge", "alb+bridge"]
LEVELS = [(256, "headers in L1 and L2"), (16384, "headers in L3")]

INTRO = """# What a bond costs

*Written by `scripts/bench` on {date}; do not edit.* Figures are TSC cycles a frame, ours beside those
of DPDK's own net_bonding in the same mode, measured in turns within one process, with bursts of 32
frames. Members are stubs that take or hand out frames at once, so what is left is the bond. Both
figures contain the stubs, which alone cost what the column "bare" says.

- **transmit**: a worker reads up to {lot} frames of the host before it spreads them, while its queue gives
  good bursts; so each member is called once for all of them. net_bonding has to send what it is given in
  the same call, here 32 frames. What ours costs when nothing is behind a burst of 32 stands under *a burst
  alone*; then a worker has time left.
- **ratio** is ours / theirs, of medians: below 1 we are cheaper.
- **floor**, in brackets, is what no bond of that mode gets below: the bursts of the members, and of each
  frame no more than must be touched. Where the mode looks at headers one word is read, where it changes
  an address that is stored, frames received are sent to the host port; nothing is decided, sorted or
  counted.
- **order**: with `random` the frames of a sample come in a new order each time, as those of many
  flows do; with `bursts` whole bursts change places, so that branch predictors know the frames
  within. A processor learns thousands of frames in a fixed order by heart, and then what branches on
  headers looks much cheaper than it is.
- **receive** is unfair to us: ours counts the frames and sends them to the host port, theirs returns
  them to its caller, who has that still to do. In balance-alb it also leaves members' addresses in them,
  which a host does not take for its own: ours put the bond's back. The limits are held against theirs
  alone all the same; beside that stands the ratio to theirs with a caller who does it.
- **balance-tlb** is unfair to us, too: theirs sends everything on one member at a time, so it hashes,
  sorts and counts nothing. Where a limit lies below the floor, or below what xor by layer2 costs, which
  only chooses members, nobody who balances flows can keep it.
- In balance-tlb and balance-alb frames come as from a host: the source they are sent with is the bond's
  address, which both sides look for and replace, and what is received is addressed to the member. All
  members have one address here, so that a frame that comes again is as it was. `tlb+bridge` and
  `alb+bridge` are frames from behind a bridge, whose sources are not the bond's: they stay on one member.
- Where net_bonding has no such policy its nearest one stands in: layer2+3 for encap2+3, layer3+4 for
  encap3+4, layer2 for vlan+srcmac.

Other machines, other figures: run `sudo scripts/bench` (`--quick` for six minutes).

"""


def pick(run, **want):
    """The results that have all these values."""
    return [r for r in run["results"] if all(r.get(k) == v for k, v in want.items())]


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines) + "\n\n"


def machine(run):
    return table(["", ""], [
        ["processor", run["processor"]],
        ["TSC", "%.3f GHz" % (run["tsc_hz"] / 1e9)],
        ["vectors", "up to %u bits" % run["simd_bits"]],
        ["pages", "hugepages" if run["hugepages"] else "ordinary (`--no-huge`)"],
        ["DPDK", run["dpdk"]],
        ["build", run["build"]],
    ])


def heading(run):
    """What is special in a run that is not the first one."""
    if not run["hugepages"]:
        return "On ordinary pages"
    return "With vectors of 256 bits (AVX2)" if run["simd_bits"] == 256 else "Without vectors"


def limits(run):
    rows = []
    for v in run["limits"]:
        sign = "≥" if "gain" in v["limit"] else "≤"
        rows.append([v["limit"], "%s %.2f" % (sign, v["bound"]), "%.2f" % v["worst"],
                     "yes" if v["met"] else "**no**, %u of %u points" % (v["beyond"], v["points"])])
    return table(["limit", "", "worst", "kept"], rows)


def cell(results):
    if not results:
        return "-"
    r = results[0]
    text = "%.1f / %.1f = %.2f (%.1f)" % (r["ours"], r["theirs"], r["ratio"], r["floor"])
    return text + (", %.2f" % (r["ours"] / r["whole"]) if r["whole"] > 0 else "")


def by_members(run, **want):
    """A row for each mode and policy, a column for each number of members."""
    rows = []
    chosen = pick(run, **want)
    for mode in MODES:
        policies = dict.fromkeys(r.get("policy") for r in chosen if r["mode"] == mode)
        for policy in policies:
            row = [mode, policy or ""]
            for n in (2, 4, 8):
                row.append(cell([r for r in chosen if r["mode"] == mode and
                                 r.get("policy") == policy and r["members"] == n]))
            rows.append(row)
    return table(["mode", "policy", "2 members", "4 members", "8 members"], rows)


USUAL = dict(ports="stub", size=0, idle_bonds=0)


def figures(run):
    text = ""
    for flows, level in LEVELS:
        for title, want in [
                ("transmit, IPv4", dict(way="tx", traffic="ipv4", order="random", nic_hash=False)),
                ("transmit, IPv4, order `bursts`",
                 dict(way="tx", traffic="ipv4", order="bursts", nic_hash=False)),
                ("transmit, IPv4, a burst alone",
                 dict(way="alone", traffic="ipv4", order="random", nic_hash=False)),
                ("transmit, IPv4, IPv6 and VLAN mixed at random",
                 dict(way="tx", traffic="mix", order="random", nic_hash=False)),
                ("transmit with the NIC's hash",
                 dict(way="tx", traffic="ipv4", order="random", nic_hash=True)),
                ("receive", dict(way="rx", traffic="ipv4", order="random")),
                ("receive, few frames a member",
                 dict(way="sparse", traffic="ipv4", order="random"))]:
            want.update(USUAL, flows=flows)
            if pick(run, **want):
                text += "### %s: %s\n\nOurs / theirs = ratio (floor)%s.\n\n" % (
                    level.capitalize(), title, "" if want["way"] in ("tx", "alone") else
                    ", ratio to theirs with what its caller has to do")
                text += by_members(run, **want)
    return text


def pipeline(run):
    rows = [[r["mode"], r.get("policy", ""), "%u" % r["flows"], "%.1f" % r["ours"],
             "%.1f" % r["theirs"], "%.1f" % r["bare"], "%.2f" % (r["theirs"] / r["ours"])]
            for r in pick(run, way="pipeline")]
    return table(["mode", "policy", "flows", "ours", "theirs", "no bond", "gain"], rows)


def beside_testpmd(rows):
    rows = [[r["mode"], r["policy"], "%u" % r["frames"], "%.0f" % r["ours"], "%.0f" % r["theirs"],
             "%.2f" % r["gain"]] for r in rows]
    return table(["mode", "policy", "flows", "dpdk-bondd", "dpdk-testpmd", "gain"], rows)


def series_of(results, x):
    """The results of each mode and policy, by x."""
    series = {}
    for r in results:
        name = r["mode"] + (" " + r["policy"] if "policy" in r else "")
        series.setdefault(name, {})[r[x]] = r
    return series


def write_plot(directory, name, title, results, x, xlabel, log):
    series = series_of(results, x)
    lines = ["set terminal svg size 900,540 dynamic background '#ffffff'",
             "set output '%s/performance/%s.svg'" % (directory, name),
             "set title '%s'" % title, "set xlabel '%s'" % xlabel,
             "set ylabel 'TSC cycles a frame'", "set yrange [0:*]", "set grid",
             "set key outside right"]
    ticks = sorted({r[x] for r in results})
    lines.append("set xtics (%s)" % ", ".join("%u" % t for t in ticks))
    if log:
        lines.append("set logscale x 2")
    plots = []
    for i, (label, points) in enumerate(series.items()):
        lines.append("$d%u << EOD" % i)
        lines += ["%s %.3f %.3f" % (k, points[k]["ours"], points[k]["theirs"])
                  for k in sorted(points)]
        lines.append("EOD")
        for column, who, dash, point in ((2, "ours", 1, 7), (3, "net_bonding", 2, 6)):
            plots.append("$d%u using 1:%u with linespoints lw 2 lc %u dt %u pt %u title '%s, %s'" % (
                i, column, i + 1, dash, point, label, who))
    lines.append("set termoption noenhanced")
    lines.append("plot " + ", \\\n  ".join(plots))
    with open("%s/performance/%s.gp" % (directory, name), "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")


def plots(directory, run):
    want = dict(USUAL, way="tx", traffic="ipv4", order="random", nic_hash=False)
    shown = [r for r in pick(run, **want) if r.get("policy") in (None, "layer2", "layer3+4")]
    text = ""
    for flows, level in LEVELS:
        name = "members-%u" % flows
        write_plot(directory, name, "transmit, " + level, [r for r in shown if r["flows"] == flows],
                   "members", "members", False)
        text += "![cycles against members, %s](performance/%s.svg)\n\n" % (level, name)
    write_plot(directory, "flows", "transmit, 4 members", [r for r in shown if r["members"] == 4],
               "flows", "flows, that is frames whose headers are in use", True)
    return text + "![cycles against flows](performance/flows.svg)\n\n"


def main():
    directory = sys.argv[1]
    runs, testpmd = [], []
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as f:
            run = json.load(f)
        if "testpmd" in run:
            testpmd = run["testpmd"]
        else:
            runs.append(run)
    run = runs[0]
    text = INTRO.format(date=datetime.date.today().isoformat(), lot=run["lot"])
    text += "## The machine\n\n" + machine(run)
    text += "## The limits\n\nThe worst of all points counts.\n\n" + limits(run)
    text += "## Against members and flows\n\n" + plots(directory, run)
    text += ("## The whole pipeline\n\nOne core, 2 members and a host port of net_ring, full in both "
             "directions: the worker's loop beside a loop that receives and sends between host and "
             "net_bonding, as dpdk-testpmd does with `--forward-mode=io`.\n\n")
    text += pipeline(run)
    if testpmd:
        text += ("## Beside dpdk-testpmd\n\nMillions of frames a second, by the programs themselves: "
                 "dpdk-bondd with its threads and sockets, and dpdk-testpmd with `--forward-mode=io` "
                 "over net_bonding, each with one core that forwards. Two bonds face each other, each "
                 "with 2 members and a host port that are rings, and frames of 60 octets go round "
                 "between the hosts; what comes in on a host port counts, and what is sent on one. "
                 "Medians of turns; the limit is a gain of 1.10.\n\n")
        text += beside_testpmd(testpmd)
    text += "## All figures\n\n" + figures(run)
    for other in runs[1:]:
        text += "## %s\n\n" % heading(other) + limits(other)
        want = dict(USUAL, way="tx", traffic="ipv4", order="random", nic_hash=False)
        for flows, level in LEVELS:
            text += "### %s: transmit, IPv4\n\n" % level.capitalize()
            text += by_members(other, **dict(want, flows=flows))
    with open(directory + "/performance.md", "w", encoding="utf-8") as f:
        f.write(text.rstrip() + "\n")


main()
