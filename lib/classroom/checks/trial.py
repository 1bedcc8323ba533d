"""Random trials from a seed that a learner can't guess, the edge cases first."""

import contextlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

EDGES = ("single", "constant", "zeros", "ties", "strided", "empty")
_roots: list[random.Random] = []  # where seeds come from inside of `seeded`


@dataclass(frozen=True)
class Trial:
    """One trial: where a check takes its random values from.

    Attributes:
        number: from 0.
        edge: what `tensor` makes in this trial: an ordinary tensor (""), or one of `EDGES`.
        rng: for everything that isn't a tensor.
        generator: for torch's functions.

    >>> with seeded(0):
    ...     edge, ordinary = trials(1, edges=["single"])
    >>> edge.tensor(3, 4).shape, ordinary.tensor(3, 4).shape
    (torch.Size([1, 1]), torch.Size([3, 4]))
    """

    number: int
    edge: str
    rng: random.Random
    generator: torch.Generator

    def integer(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return self.rng.randint(low, high)

    def uniform(self, low: float, high: float) -> float:
        """A number between `low` and `high`."""
        return self.rng.uniform(low, high)

    def choice(self, options: Sequence[Any]) -> Any:
        """One of the options."""
        return self.rng.choice(options)

    def shape(self, dims: int, largest: int = 6) -> tuple[int, ...]:
        """A shape of `dims` sizes from 1 to `largest`."""
        return tuple(self.rng.randint(1, largest) for _ in range(dims))

    def tensor(self, *shape: int, low: float = -3.0, high: float = 3.0, dtype: torch.dtype = torch.float32) -> Tensor:
        """A tensor with values between `low` and `high` (both included for integers), but for the trial's edge.

        Edges: "single" has one element; "constant" has equal values; "zeros" (where `low` to `high` includes 0); "ties"
        has few different values; "strided" isn't contiguous; "empty" has a first size of 0.
        """
        if self.edge == "single":
            shape = (1,) * len(shape)
        elif self.edge == "empty":
            shape = (0, *shape[1:])
        made = torch.empty(shape, dtype=torch.float64).uniform_(low, high, generator=self.generator)
        if self.edge == "constant" and made.numel():
            made = torch.full_like(made, made.flatten()[0].item())
        elif self.edge == "zeros" and low <= 0 <= high:
            made = torch.zeros_like(made)
        elif self.edge == "ties":
            made = low + (high - low) * torch.randint(3, shape, generator=self.generator).double() / 2
        if not dtype.is_floating_point:
            made = made.round()
        made = made.to(dtype)
        if self.edge == "strided" and made.ndim:
            # The dimensions in reverse order, and only every second element: neither a transpose nor `view` undoes it.
            wide = torch.zeros(*reversed(shape), 2, dtype=dtype)
            made = wide[..., 0].permute(*reversed(range(made.ndim))).copy_(made)
        return made


def trials(count: int = 20, *, edges: Sequence[str] = ()) -> Iterator[Trial]:
    """Random trials, each with a stream of its own.

    Args:
        count: of the trials with ordinary tensors.
        edges: those of `EDGES` that the function must cope with: one trial more for each, before the others.

    >>> [trial.edge for trial in trials(2, edges=["empty", "ties"])]
    ['empty', 'ties', '', '']
    """
    unknown = set(edges) - set(EDGES)
    if unknown:
        raise ValueError(f"unknown edges {sorted(unknown)}: choose from {EDGES}")
    root = (_roots[-1] if _roots else random.SystemRandom()).getrandbits(64)
    for number, edge in enumerate([*edges, *[""] * count]):
        rng = random.Random(f"{root} {number}")
        generator = torch.Generator().manual_seed(rng.getrandbits(63))
        yield Trial(number, edge, rng, generator)


@contextlib.contextmanager
def seeded(seed: int | str) -> Iterator[None]:
    """Make the trials inside repeatable.

    >>> def draw():
    ...     with seeded("a seed"):
    ...         return [trial.integer(0, 100) for trial in trials(3)]
    >>> draw() == draw()
    True
    """
    _roots.append(random.Random(seed))
    try:
        yield
    finally:
        _roots.pop()
