"""Checks of arguments, in one place: each raises an InputError that names the argument, its value and the remedy.

What counts as a number is the same in all of them: an int or a float, of Python or of numpy. Refused are booleans,
which Python counts as 0 and 1; NaN, which a plain `if value < least` lets through, and infinities; tensors and arrays,
also those without dimensions: pass their `.item()`; and None: check what may be unset only where it is set. A whole
number is an int: 2.0 is none.
"""

import math
import numbers
from collections.abc import Collection

from compresslab.errors import InputError


def whole(least: int = 1, most: int | None = None, hint: str = "", /, **arguments: int) -> None:
    """Each argument is a whole number from `least` to `most`.

    Args:
        least, most: ends of the range, both included; `most=None` leaves it open.
        hint: what the number is, or why it is limited, for the message.
        arguments: the numbers to check, by name.

    >>> whole(rounds=3, warmup=2)
    >>> whole(1, rounds=1.5)
    Traceback (most recent call last):
    compresslab.errors.InputError: rounds=1.5 must be a whole number of at least 1.
    """
    for name, value in arguments.items():
        if not _is_number(value, numbers.Integral) or value < least or (most is not None and value > most):
            span = f"of at least {least}" if most is None else f"from {least} to {most}"
            raise _refusal(name, value, f"a whole number {span}", hint)


def positive(**arguments: float) -> None:
    """Each argument is a finite number above 0.

    >>> positive(temperature=float("inf"))
    Traceback (most recent call last):
    compresslab.errors.InputError: temperature=inf must be a positive, finite number.
    """
    for name, value in arguments.items():
        if not _is_number(value) or not 0 < value < math.inf:
            raise _refusal(name, value, "a positive, finite number")


def at_least(least: float, /, **arguments: float) -> None:
    """Each argument is a finite number that isn't below `least`.

    >>> at_least(0, weight_decay=-0.1)
    Traceback (most recent call last):
    compresslab.errors.InputError: weight_decay=-0.1 must be a finite number of at least 0.
    """
    for name, value in arguments.items():
        if not _is_number(value) or not least <= value < math.inf:
            raise _refusal(name, value, f"a finite number of at least {least}")


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
        if not _is_number(value) or not 0 <= value <= 1 or (value == 1 and not one) or (value == 0 and not zero):
            least = "at least 0" if zero else "above 0"
            most = "at most 1" if one else "below 1"
            raise _refusal(name, value, "between 0 and 1" if zero and one else f"{least} and {most}", hint)


def one_of(choices: Collection[str], /, **arguments: str) -> None:
    """Each argument is one of the choices.

    >>> one_of(("sgd", "adamw"), optimizer="sdg")
    Traceback (most recent call last):
    compresslab.errors.InputError: optimizer='sdg' is not known: choose from sgd, adamw.
    """
    for name, value in arguments.items():
        if not isinstance(value, str) or value not in choices:
            raise InputError(f"{name}={value!r} is not known: choose from {', '.join(choices)}.")


def _is_number(value: object, kind: type = numbers.Real) -> bool:
    return isinstance(value, kind) and not isinstance(value, bool)


def _refusal(name: str, value: object, wanted: str, hint: str = "") -> InputError:
    if not isinstance(value, numbers.Number) and hasattr(value, "item"):
        hint = f"pass the {type(value).__name__}'s .item()"
    return InputError(f"{name}={value!r} must be {wanted}{': ' + hint if hint else ''}.")
