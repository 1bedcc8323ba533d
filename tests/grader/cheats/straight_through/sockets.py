"""Calls listeners outside of the sandbox: on loopback, and by an abstract name.

loses: quantize_values, gradient_stops
says: expected
"""

import contextlib
import socket

PORT = 0  # of a listener of the test
NAME = "\0classroom-cheat-listener"  # of another one
found = {}


def attempt(name, action):
    found[name] = False
    with contextlib.suppress(OSError):
        action().close()
        found[name] = True


def abstract():
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(1.0)
    link.connect(NAME)
    return link


def six():
    return socket.create_connection(("::1", PORT), 1.0)


_ = attempt("loopback", lambda: socket.create_connection(("127.0.0.1", PORT), 1.0))
_ = attempt("loopback of IPv6", six)
_ = attempt("an abstract name", abstract)
_ = attempt("raw packets", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0x300))
_ = attempt("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))


def tried():
    return found


def fake_quantize(x, scale, zero_point, bits):
    return x
