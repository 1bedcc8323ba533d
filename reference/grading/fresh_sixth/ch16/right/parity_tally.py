"""A dataclass keeps the tally, and knows how to add a batch and to write its report."""

from dataclasses import dataclass, field

import torch
from torch import Tensor


@dataclass
class Tally:
    dtype: str
    rows: int = 0
    agree: int = 0
    beyond: int = 0
    tops: list = field(default_factory=list)

    @property
    def tolerance(self):
        return {"float32": (1e-4, 1e-5), "float16": (1e-2, 1e-3)}.get(self.dtype)

    def add(self, expected, got):
        if got.shape != expected.shape:
            raise ValueError("a pair with two shapes")
        wanted, came = expected.detach().double(), got.detach().double()
        broken = came.isnan() | came.isinf()
        off = (came - wanted).abs().masked_fill(broken, float("inf"))
        if self.tolerance is None:
            within = ~broken
        else:
            rtol, atol = self.tolerance
            within = off <= wanted.abs() * rtol + atol
        self.rows += len(off)
        self.beyond += int(within.logical_not().sum())
        sound = ~broken.any(dim=1)
        for x, y in zip(wanted[sound], came[sound]):
            self.agree += int(x.argmax()) == int(y.argmax())
        self.tops += off.flatten().tolist()

    def report(self):
        if self.rows == 0:
            raise ValueError("no rows")
        share = self.agree / self.rows
        good = self.beyond == 0 and (self.tolerance is not None or share >= 0.99)
        return dict(
            passes=good, agreement=share, beyond=self.beyond, largest=max(self.tops)
        )


def parity(pairs: list[tuple[Tensor, Tensor]], dtype: str) -> dict[str, float]:
    if dtype not in ("float32", "float16", "int8"):
        raise ValueError("dtype")
    tally = Tally(dtype)
    for pair in pairs:
        tally.add(*pair)
    return tally.report()
