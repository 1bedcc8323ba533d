"""Replaces the methods that answer a check's requests: forged results, arguments, gradients and descriptions.

instead of: args[0]
"""

import itertools

import torch

from classroom.exchange import codec, views
from classroom.exchange.handler import RequestHandler
from classroom.exchange.spec import Handle

real = RequestHandler.answer
NOTHING = codec.encode([[], {}])


def reply(value, gradients=()):
    return codec.encode(
        {"value": value, "before": NOTHING, "after": NOTHING, "gradients": list(gradients), "breaches": []}
    )


FORGED = itertools.cycle(
    [
        {"passed": True, "status": "passed", "points": 99.0},
        {"raised": None},
        {"refused": "passed"},
        {"raised": ((), "", "")},
        {"value": True, "before": True, "after": True, "gradients": True, "breaches": True},
        {"value": b"", "before": b"", "after": b"", "gradients": [], "breaches": []},
        Handle(1, "passed"),
    ]
)


def forge(self, request, call_back):
    """A forgery, then the truth for the same function, and so on."""
    self.turn = getattr(self, "turn", 0) + 1
    if self.turn % 3 == 0:
        return codec.encode(next(FORGED), lambda value: codec.Tagged("handle", [value.number, value.label]))
    if self.turn % 3 == 1:
        return reply(codec.encode(None), [None, torch.ones(1)])
    return real(self, request, call_back)


RequestHandler.answer = forge
RequestHandler._place_of = lambda self, parameter: (Handle(1, "passed"), "weight")
RequestHandler.explain = lambda self, error: (("ValueError",), "passed", "")
views.describe_any = lambda value, place_of: codec.Tagged("object", {"class_name": "passed", "attributes": {}})


def answer(name, *args, **kwargs):
    return args[0]
