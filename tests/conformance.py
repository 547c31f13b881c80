#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# conformance.py - holds tests/CONFORMANCE.md to the tests that are there.
"""usage: conformance.py

Every test that the page names exists and is run; every test with the number of a case in its name is
named in the row of that case; the page has as many cases as it says. Prints what is not so.
"""
import glob
import os
import re
import sys

FAMILIES = "fmt|mal|rx|ntt|per|tx|mxi|mxc|sel|stb|ind|min|chn|mrk|gen|sys"
NAMED = re.compile(r"\b((%s)_(\d\d)_\w+)" % FAMILIES)
LESSON = re.compile(r"\blesson_(\d+)_\w+")
ROW = re.compile(r"^\| ((?:%s)-\d\d|\d+) \| (?:[^|]* \| )?([^|]*) \|$" % FAMILIES.upper())
TEST = re.compile(r"^([\w/.*-]+)(?:: `(\w+)`)?$")


def text_of(name):
    """The text of a file, "" when there is none."""
    try:
        with open(name, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def is_run(name, test):
    """A C file has the test, and not only its definition."""
    return len(re.findall(r"\b%s\b" % test, text_of(name))) >= 2


def rows_of(page):
    """Of each row: what it is about, and its tests as (file, name or None)."""
    rows = {}
    for line in page.splitlines():
        row = ROW.match(line)
        if row is None:
            continue
        tests = [TEST.match(test.strip()) for test in row[2].split("<br>")]
        if None in tests:
            yield row[1], None
        elif row[1] in rows:
            yield row[1], []
        else:
            rows[row[1]] = True
            yield row[1], [(test[1], test[2]) for test in tests]


def wrong_with(case, tests):
    """What is wrong with a row."""
    if tests is None:
        yield "its tests cannot be read"
        return
    if not tests:
        yield "stands there twice"
    for name, test in tests:
        if test is not None and not is_run(name, test):
            yield "%s has no test %s that is run" % (name, test)
        elif test is None and not glob.glob(name):
            yield "there is no %s" % name
        elif test is None and name.startswith("net/") and "-" in case and case not in text_of(name):
            yield "%s does not speak of it" % name


def main():
    """Check."""
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    page = text_of("CONFORMANCE.md")
    wrong, named, cases, lessons = [], set(), 0, 0
    for case, tests in rows_of(page):
        wrong += ["%s: %s" % (case, what) for what in wrong_with(case, tests)]
        named |= {(case, test) for _, test in tests or []}
        cases += "-" in case
        lessons += "-" not in case
    for name in glob.glob("unit/*.c") + glob.glob("sim/*.c") + glob.glob("eal/*.c"):
        there = {(m[2].upper() + "-" + m[3], m[1]) for m in NAMED.finditer(text_of(name))}
        there |= {(m[1], m[0]) for m in LESSON.finditer(text_of(name))}
        wrong += ["%s: %s of %s is not in its row" % (case, test, name)
                  for case, test in sorted(there - named)]
    said = sum(int(n) for n in re.findall(r"^(\d+) (?:further )?cases\b", page, re.M))
    if cases != said:
        wrong.append("the page says %d cases and has %d" % (said, cases))
    for line in wrong:
        print(line)
    print("%d cases, %d lessons, %d wrong" % (cases, lessons, len(wrong)))
    return 1 if wrong or not cases or not lessons else 0


sys.exit(main())
