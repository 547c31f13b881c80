# SPDX-License-Identifier: BSD-3-Clause
# hostile.py - a client of the JSON socket that behaves badly, in one of several ways.
"""usage: hostile.py SOCKET KIND; exits 0 when the daemon survived it as it should."""
import json
import os
import select
import socket
import sys
import time

PATH = sys.argv[1]


def connect(timeout=3.0):
    """A connection to the daemon."""
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(timeout)
    sock.connect(PATH)
    return sock


def push(sock, data):
    """Send until all is sent or the daemon has had enough; say which."""
    try:
        sock.sendall(data)
        return True
    except (BrokenPipeError, ConnectionResetError, socket.timeout):
        return False


def answer(sock):
    """One line, None when the daemon hung up."""
    data = b""
    while not data.endswith(b"\n"):
        try:
            more = sock.recv(65536)
        except (ConnectionResetError, socket.timeout):
            return None
        if not more:
            return None
        data += more
    return json.loads(data)


def code_of(reply):
    """The error code in an answer."""
    return reply["error"]["code"]


def garbage():
    """Noise in lines; every answer, if any, is a parse error."""
    for _ in range(20):
        sock = connect(1.0)
        push(sock, os.urandom(5000).replace(b"\n", b"x") + b"\n")
        reply = answer(sock)
        assert reply is None or code_of(reply) == -32700, reply
        sock.close()


def half_line():
    """Half a request, then silence, then the end."""
    socks = [connect() for _ in range(10)]
    for sock in socks:
        push(sock, b'{"jsonrpc":"2.0","id":1,"meth')
    time.sleep(0.5)
    for sock in socks:
        sock.close()


def no_newline():
    """Ten megabytes without a newline: refused, not stored."""
    sock = connect()
    push(sock, b'{"jsonrpc":"2.0","id":"' + b"a" * 10_000_000 + b'","method":"bond.list"}\n')
    reply = answer(sock)
    assert reply is None or "error" in reply, str(reply)[:200]


def deep_json():
    """A text nested deeper than any stack."""
    sock = connect()
    push(sock, b"[" * 60_000 + b"\n")
    reply = answer(sock)
    assert reply is None or "error" in reply, str(reply)[:200]


def bad_requests():
    """Well-formed JSON that is no good request: the standard codes."""
    sock = connect()
    for text, code in (
            ("[]", -32600), ("1", -32600), ("{}", -32600), ('{"jsonrpc":"2.0","id":1}', -32600),
            ('{"jsonrpc":"2.0","id":1,"method":7}', -32600),
            ('{"jsonrpc":"2.0","id":1,"method":"bond.nonsense"}', -32601),
            ('{"jsonrpc":"2.0","id":1,"method":"bond.get"}', -32602),
            ('{"jsonrpc":"2.0","id":1,"method":"bond.get","params":{"bond":[1]}}', -32602),
            ('{"jsonrpc":"2.0","id":1,"method":"bond.list"', -32700)):
        push(sock, text.encode() + b"\n")
        reply = answer(sock)
        assert reply is not None and code_of(reply) == code, (text, reply)


BOND_GET = b'{"jsonrpc":"2.0","id":1,"method":"bond.get","params":{"bond":"bond0"}}\n'


def never_reads():
    """Asks and asks, reads nothing: cut off, however much it has been answered by then."""
    socks = {sock.fileno(): sock for sock in (connect(0.1) for _ in range(4))}
    hung_up = select.poll()
    for fd in socks:
        hung_up.register(fd, select.POLLRDHUP)
    end = time.monotonic() + 10
    while socks and time.monotonic() < end:
        for sock in socks.values():
            push(sock, BOND_GET * 200)
        for fd, _ in hung_up.poll(0):
            hung_up.unregister(fd)
            socks.pop(fd).close()
    assert not socks, f"{len(socks)} of 4 are still connected"


def floods():
    """Asks what is dear again for each answer, with 4000 such requests under way."""
    ask = b'{"jsonrpc":"2.0","id":1,"method":"config.get"}\n'
    socks = [connect() for _ in range(40)]
    for sock in socks:
        sock.sendall(ask * 100)
    print("flooding", flush=True)
    end, got = time.monotonic() + 1.5, 0
    while time.monotonic() < end:
        for sock in select.select(socks, [], [], 0.1)[0]:
            answers = sock.recv(1 << 16).count(b"\n")
            sock.sendall(ask * answers)
            got += answers
    print(got, "answers")
    assert got > 100, got


def slow_reader():
    """Asks much and reads the answer an octet at a time; gets all that it reads in order."""
    sock = connect()
    push(sock, BOND_GET * 20)
    end = time.monotonic() + 0.8
    got = b""
    while time.monotonic() < end:
        got += sock.recv(1)
        time.sleep(0.002)
    assert got.startswith(b"{"), got


def many_connections():
    """As many connections as one gets, each with a word, then all gone at once."""
    socks = []
    for _ in range(400):
        try:
            sock = connect(0.2)
        except (OSError, socket.timeout):
            break
        push(sock, b'{"jsonrpc":"2.0","id":1,"method":"bond.list"}\n')
        socks.append(sock)
    time.sleep(0.5)
    for sock in socks:
        sock.close()
    print(len(socks))


globals()[sys.argv[2]]()
