"""Replaces what turns answers into bytes: pickles, broken headers, numbers beyond their types, odd tags and shapes.

instead of: args[0]
"""

import itertools
import json
import pickle

from classroom.exchange import codec

real = codec.encode
NOTHING = real([[], {}])
VALUES = [
    "NaN",
    "1e999",
    "[true, true]",
    '{"passed": true}',
    '["tensor", "float32", [-1], null, false]',
    '["tensor", "float32", [0, 1099511627776], null, false]',
    '["tensor", "bool", [0], [0], true]',
    '["array", "object", [0]]',
    '["number", "float64", []]',
    '["tagged", "module", ["dict", []]]',
    '["tagged", "object", ["dict", [["class_name", "passed"], ["attributes", ["dict", []]]]]]',
    '["tagged", "handle", [1, "passed"]]',
    '["tagged", "parameter", ["list", [1, true, null]]]',
    '["dict", [[["list", []], true]]]',
    "[" * 10_000,
    "9" * 5_000,
]


def message(header):
    return len(header).to_bytes(4, "big") + header.encode()


def reply(value):
    return real({"value": value, "before": NOTHING, "after": NOTHING, "gradients": [], "breaches": []})


FORGED = [reply(message(value)) for value in VALUES] + [message(value) for value in VALUES]
FORGED += [b"", b"\xff" * 8, pickle.dumps(True), json.dumps({"passed": True}).encode(), reply(pickle.dumps(True))]
forged = itertools.cycle(FORGED)


def answer(name, *args, **kwargs):
    codec.encode = lambda *ignored, **also: next(forged)
    return args[0]
