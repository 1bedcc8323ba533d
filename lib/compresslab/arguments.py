"""Checks of arguments, in one place: each raises an InputError that names the argument, its value and the remedy.

A comparison with NaN is false, and Python counts `True` as 1: both would slip through a plain `if value < least`.
"""

import math
import numbers
from collections.abc import Collection

from compresslab.errors import InputError


def whole(least: int = 1, /, **arguments: int | None) -> None:
    """Each argument is a whole number of at least `least`, or None where the caller allows it and means "not set".

    >>> whole(rounds=3, warmup=2)
    >>> whole(1, rounds=1.5)
    Traceback (most recent call last):
    compresslab.errors.InputError: rounds=1.5 must be a whole number of at least 1.
    """
    for name, value in arguments.items():
        if value is None:
            continue
        if isinstance(value, bool) or not hasattr(value, "__index__") or value < least:
            raise InputError(f"{name}={value!r} must be a whole number of at least {least}.")


def positive(**arguments: float) -> None:
    """Each argument is a finite number above 0.

    >>> positive(temperature=float("inf"))
    Traceback (most recent call last):
    compresslab.errors.InputError: temperature=inf must be a positive, finite number.
    """
    for name, value in arguments.items():
        if not _number(value) or not 0 < value < math.inf:
            raise InputError(f"{name}={value!r} must be a positive, finite number.")


def share(*, one: bool = True, zero: bool = True, hint: str = "", **arguments: float) -> None:
    """Each argument lies between 0 and 1.

    Args:
        one: whether 1 itself is allowed.
        zero: whether 0 itself is allowed.
        hint: what the number is, for the message.
        arguments: the numbers to check, by name.

    >>> share(sparsity=0.9)
    >>> share(sparsity=90, hint="the share of weights to remove")
    Traceback (most recent call last):
    compresslab.errors.InputError: sparsity=90 must be between 0 and 1: the share of weights to remove.
    """
    for name, value in arguments.items():
        if not _number(value) or not 0 <= value <= 1 or (value == 1 and not one) or (value == 0 and not zero):
            least = "at least 0" if zero else "above 0"
            most = "at most 1" if one else "below 1"
            between = "between 0 and 1" if zero and one else f"{least} and {most}"
            raise InputError(f"{name}={value!r} must be {between}{': ' + hint if hint else ''}.")


def one_of(choices: Collection[str], /, **arguments: str) -> None:
    """Each argument is one of the choices.

    >>> one_of(("sgd", "adamw"), optimizer="sdg")
    Traceback (most recent call last):
    compresslab.errors.InputError: optimizer='sdg' is not known: choose from sgd, adamw.
    """
    for name, value in arguments.items():
        if value not in choices:
            raise InputError(f"{name}={value!r} is not known: choose from {', '.join(choices)}.")


def _number(value: object) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool)
