"""What to try next: a list, draws, or Optuna's answer to what was found so far.

A sampler gives configurations that were not tried before, as computing one again costs as much and finds nothing.
Where Optuna asks for a known one, it is told the known result, and asked again.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, Protocol, get_args

import numpy as np

from compresslab.arguments import one_of
from compresslab.errors import InputError
from compresslab.pareto import Direction
from compresslab.search.space import Key, Space

SamplerName = Literal["grid", "random", "tpe", "nsga2"]
SAMPLERS: tuple[SamplerName, ...] = get_args(SamplerName)
_PATIENCE = 10  # known configurations in a row, after which a new one is drawn: a converged population has few new ones


class Sampler(Protocol):
    """Gives new configurations, by the places of their values.

    Attributes:
        learns: whether what it gives depends on what it was told. Otherwise all can be asked for beforehand.

    >>> Sampler.__name__
    'Sampler'
    """

    learns: bool

    def ask(self, count: int) -> list[Key]:
        """So many new configurations; the space has them."""

    def tell(self, results: Mapping[Key, Sequence[float] | None]) -> None:
        """What became of those asked for: a value of each objective, or None for a trial that failed."""


def make_sampler(
    name: SamplerName, space: Space, directions: Mapping[str, Direction], *, seed: int, options: Mapping[str, Any]
) -> Sampler:
    """The sampler of a name.

    Args:
        name: "grid", all configurations in order; "random", without repetition; "tpe" or "nsga2", Optuna's.
        space: checked.
        directions: checked.
        seed: of the draws.
        options: for Optuna's sampler, such as {"population_size": 20}.

    Raises:
        InputError: an unknown name or option, or Optuna isn't installed.

    >>> make_sampler("random", {"bits": [2, 4, 8]}, {"size": "min"}, seed=0, options={}).ask(3)
    [(2,), (1,), (0,)]
    """
    one_of(SAMPLERS, sampler=name)
    if name in ("tpe", "nsga2"):
        return _Optuna(name, space, directions, seed, options)
    if options:
        raise InputError(f"options={dict(options)!r} are for Optuna's samplers: {name} has none.")
    return _Listed(_in_order(space) if name == "grid" else _draws(space, seed))


class _Listed:
    learns = False

    def __init__(self, keys: Iterator[Key]) -> None:
        self._keys = keys

    def ask(self, count: int) -> list[Key]:
        return list(itertools.islice(self._keys, count))

    def tell(self, results: Mapping[Key, Sequence[float] | None]) -> None:
        """Nothing to learn."""


def _in_order(space: Space) -> Iterator[Key]:
    return itertools.product(*(range(len(values)) for values in space.values()))


def _draws(space: Space, seed: int) -> Iterator[Key]:
    random, seen = np.random.default_rng(seed), set[Key]()
    lengths = [len(values) for values in space.values()]
    while True:  # the caller asks for no more than there are
        key = tuple(random.integers(lengths).tolist())
        if key not in seen:
            seen.add(key)
            yield key


class _Optuna:
    """A study in memory. It is not what is kept on disk: asked again in the same order, it answers the same."""

    learns = True

    def __init__(
        self, name: str, space: Space, directions: Mapping[str, Direction], seed: int, options: Mapping[str, Any]
    ) -> None:
        try:
            import optuna
        except ImportError as error:
            raise InputError(f"Optuna, for sampler={name!r}, is not installed: `pip install -e '.[scale]'`.") from error
        self._optuna, self._space = optuna, space
        kind = optuna.samplers.TPESampler if name == "tpe" else optuna.samplers.NSGAIISampler
        try:
            chosen = kind(seed=seed, **options)
        except (TypeError, ValueError) as error:
            raise InputError(f"options={dict(options)!r} are refused by Optuna's {kind.__name__}: {error}.") from error
        with self._quiet():
            self._study = optuna.create_study(
                sampler=chosen, directions=["minimize" if way == "min" else "maximize" for way in directions.values()]
            )
        self._known: dict[Key, Sequence[float] | None] = {}
        self._waiting: list[tuple[Any, Key]] = []  # asked for, and not yet told
        self._spare = _draws(space, seed)

    def ask(self, count: int) -> list[Key]:
        new: dict[Key, None] = {}
        repeated = 0
        with self._quiet():
            while len(new) < count:
                if repeated >= _PATIENCE:
                    self._enqueue(next(key for key in self._spare if key not in self._known and key not in new))
                trial = self._study.ask()
                key = tuple(self._suggest(trial, name) for name in self._space)
                if key in self._known:
                    self._tell(trial, self._known[key])
                else:
                    self._waiting.append((trial, key))
                repeated = repeated + 1 if key in self._known or key in new else 0
                if key not in self._known:
                    new[key] = None
        return list(new)

    def tell(self, results: Mapping[Key, Sequence[float] | None]) -> None:
        self._known.update(results)
        with self._quiet():
            for trial, key in self._waiting:
                self._tell(trial, self._known[key])
        self._waiting.clear()

    def _suggest(self, trial: Any, name: str) -> int:
        """A place in the list of values; neighbours are taken for alike where the values are rising numbers."""
        values = self._space[name]
        numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
        if numbers and list(values) in (sorted(values), sorted(values, reverse=True)):  # type: ignore[type-var]
            return trial.suggest_int(name, 0, len(values) - 1)
        return trial.suggest_categorical(name, range(len(values)))

    def _enqueue(self, key: Key) -> None:
        self._study.enqueue_trial(dict(zip(self._space, key, strict=True)))

    def _tell(self, trial: Any, values: Sequence[float] | None) -> None:
        if values is None:
            self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
        else:
            self._study.tell(trial, list(values))

    @contextmanager
    def _quiet(self) -> Iterator[None]:
        """Without a line on stderr for each trial."""
        before = self._optuna.logging.get_verbosity()
        self._optuna.logging.set_verbosity(self._optuna.logging.ERROR)
        try:
            yield
        finally:
            self._optuna.logging.set_verbosity(before)
