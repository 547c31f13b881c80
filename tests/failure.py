#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
# failure.py - holds tests/FAILURE.md to the tests that are there.
"""usage: failure.py

Every test that the page names exists and is run: a function of a C file that is more than defined, a file
that its meson.build knows. Prints what is not so.
"""
import os
import re
import sys

TEST = re.compile(r"^(\w+)/(\w+)\.(c|sh)(?:: `(\w+)`)?$")


def text_of(name):
    """The text of a file, "" when there is none."""
    try:
        with open(name, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def tests_of(page):
    """The tests in the last column of the tables whose head says so."""
    counts = False
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) != 4:
            counts = False
        elif cells[1] == "what must hold":
            counts = True
        elif counts and not cells[1].startswith("---"):
            yield cells[1], cells[2].split("<br>")


def wrong_with(test):
    """What is wrong with a test that is named, or None."""
    match = TEST.match(test)
    if match is None:
        return "cannot be read"
    folder, name, kind, function = match.groups()
    place = "vm/cases" if folder == "vm" else folder
    text = text_of("%s/%s.%s" % (place, name, kind))
    known = name[len("test_"):] if kind == "c" else name
    if not text:
        return "is not there"
    if folder == "vm":
        return None  # scripts/vm.sh runs all that are there
    if not re.search(r"'%s'" % known, text_of(folder + "/meson.build")):
        return "is not run"
    if function and len(re.findall(r"\b%s\b" % function, text)) < 2:
        return "has no such function that is run"
    return None


def main():
    """Check."""
    os.chdir(os.path.dirname(os.path.abspath(__file__)))
    rows = named = wrong = 0
    for promise, tests in tests_of(text_of("FAILURE.md")):
        rows += 1
        for test in tests:
            named += 1
            what = wrong_with(test)
            if what is not None:
                wrong += 1
                print("%s: %s %s" % (promise, test, what))
    print("%d promises, %d tests, %d wrong" % (rows, named, wrong))
    return 1 if wrong or rows < 40 else 0


sys.exit(main())
