"""Answers with objects that run code where they are unpickled, copied, formatted or compared, and raises them.

instead of: 0.0
"""

import itertools
from pathlib import Path

import torch

CANARY = "/nowhere"  # the test's own folder


def go_off(*args, **kwargs):
    Path(CANARY, "went_off").touch()
    return 0.0


class Bomb(Exception):
    def __reduce__(self):
        return exec, (f"from pathlib import Path; Path({CANARY!r}, 'unpickled').touch()",)

    __copy__ = __deepcopy__ = __format__ = __eq__ = go_off
    __float__ = __index__ = __len__ = __array__ = __dlpack__ = __del__ = go_off
    __hash__ = Exception.__hash__


class Weight(torch.Tensor):
    __deepcopy__ = __dlpack__ = go_off

    def __reduce__(self):
        return Bomb.__reduce__(self)


attached = torch.zeros(3)
attached.bomb = Bomb()
ANSWERS = itertools.cycle([Bomb(), [Bomb()], {"weight": Bomb()}, torch.zeros(3).as_subclass(Weight), attached, None])


def answer(name, *args, **kwargs):
    answered = next(ANSWERS)
    if answered is None:
        raise Bomb(Bomb())
    return answered
