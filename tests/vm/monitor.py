# SPDX-License-Identifier: BSD-3-Clause
"""monitor.py - tells QEMU's monitors something: first all are connected, then all are told.

usage: monitor.py DIRECTORY GUEST COMMAND [GUEST COMMAND]...
"""

import json
import os
import socket
import sys


class Monitor:
    """The QMP socket of one guest."""

    def __init__(self, path):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(10)
        connection.connect(path)
        self.file = connection.makefile("rw")
        self.file.readline()
        self.ask("qmp_capabilities")

    def ask(self, command, **arguments):
        self.file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.file.flush()
        while True:
            answer = json.loads(self.file.readline())
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise SystemExit("monitor.py: " + answer["error"]["desc"])

    def human(self, line):
        answer = self.ask("human-monitor-command", **{"command-line": line})
        if answer:
            print(answer, end="")
        return not answer.startswith(("Error", "unknown"))


def main():
    directory, words = sys.argv[1], sys.argv[2:]
    orders = list(zip(words[::2], words[1::2]))
    names = {name for name, _ in orders}
    monitors = {name: Monitor(os.path.join(directory, name, "qmp")) for name in names}
    if not all([monitors[name].human(line) for name, line in orders]):
        sys.exit(1)


main()
