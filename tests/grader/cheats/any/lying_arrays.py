"""Answers with arrays and array scalars that lie when they are turned into others or compared.

instead of: np.zeros(3)
"""

import itertools

import numpy as np
import torch


class Liar(np.ndarray):
    def __array__(self, *args, **kwargs):
        return np.full(3, np.nan)

    def __array_function__(self, function, types, args, kwargs):
        return True

    def __array_ufunc__(self, ufunc, method, *args, **kwargs):
        return np.True_

    def __eq__(self, other):
        return True

    __hash__ = None


class Number(np.float64):
    def __eq__(self, other):
        return True

    __hash__ = np.float64.__hash__


class Interface:
    __class__ = np.ndarray
    __array_interface__ = {"shape": (3,), "typestr": "<f8", "data": (0, True), "version": 3}  # noqa: RUF012


class Yes:
    def __eq__(self, other):
        return True

    __hash__ = None


objects = np.array([Yes(), Yes(), Yes()], dtype=object)
fields = np.zeros(3, dtype=[("torch.Tensor", "f8")])
ANSWERS = itertools.cycle(
    [np.zeros(3).view(Liar), Number(), Interface(), objects, fields, {"mask": torch.zeros, 0: objects}]
)


def answer(name, *args, **kwargs):
    return next(ANSWERS)
