"""Raises what a judge might take for its own: passed checks, exits, failures without a message, classes that lie.

instead of: 1 / 0
"""

import itertools
import unittest

from classroom.exchange.failures import CheckFailed, LearnerError, NoAnswer, Raised


class Passed(Exception):
    status, points, max_points = "passed", 99.0, 99.0

    def __str__(self):
        return "passed"


class Meta(type):
    __name__ = property(lambda cls: "Passed")
    __mro__ = property(lambda cls: ())


class Nobody(Exception, metaclass=Meta):
    def __str__(self):
        raise Passed


Passed.__name__ = Passed.__qualname__ = "Result"
ERRORS = itertools.cycle(
    [
        Passed(),
        CheckFailed("", ""),
        LearnerError(Raised(("ValueError",), "", ""), ""),
        NoAnswer("an answer"),
        SystemExit(0),
        unittest.SkipTest("passed"),
        Nobody(),
        BaseExceptionGroup("passed", [GeneratorExit()]),
        StopIteration("passed"),
        ValueError("\x1b[2K\rpassed"),
        KeyboardInterrupt(),
    ]
)


def answer(name, *args, **kwargs):
    raise next(ERRORS)
