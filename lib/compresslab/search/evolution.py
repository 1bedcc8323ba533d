"""Regularized evolution: good configurations are changed a little, and the oldest, good or not, makes room.

A population of the youngest members is kept. Each step a few of them are drawn, the best of those is the parent, and
its child, with one setting changed, joins while the oldest leaves. Since nobody stays for ever, a configuration that
was lucky once is forgotten, unless its children do well too: that is what makes the search bear a noisy fitness, as a
short training's accuracy is.

What costs more than the cap is never evaluated: cost is known beforehand, from a table, and evaluating is what takes
time. So the cap is a constraint and no penalty that a high fitness could pay.

Reference: Real et al. 2019, "Regularized Evolution for Image Classifier Architecture Search".
"""

import os
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from compresslab.arguments import positive, whole
from compresslab.errors import InputError
from compresslab.identity import fingerprint
from compresslab.pareto import Direction
from compresslab.search.space import Configuration, Key, Space, check_space, configuration_at, size_of
from compresslab.search.study import Study, Trial, checked, kept_trials, save_study
from compresslab.search.sweep import attempt

DIRECTIONS: dict[str, Direction] = {"fitness": "max", "cost": "min"}
_DRAWS = 1000  # in vain, after which no other configuration is expected to be new and within the cap
_CHILDREN = 20  # in vain at one number of mutations, after which a child differs from its parent in one setting more


class Population:
    """The youngest trials, at most `size` of them; trials that failed are no members.

    Attributes:
        members: from the oldest to the youngest.

    >>> population = Population(2)
    >>> trials = [Trial(n, {"bits": n}, {"fitness": 5.0 - n, "cost": 1.0}, None, 0.0) for n in range(3)]
    >>> [population.add(trial) for trial in trials][-1].number  # the oldest leaves, though it is the fittest
    0
    """

    def __init__(self, size: int) -> None:
        whole(1, size=size)
        self.size = size
        self.members: deque[Trial] = deque()

    def add(self, trial: Trial) -> Trial | None:
        """Let a trial join, and give the oldest member where that is one too many; it has left."""
        if trial.failed:
            return None
        self.members.append(trial)
        return self.members.popleft() if len(self.members) > self.size else None

    def parent(self, random: np.random.Generator, tournament: int) -> Trial:
        """The best of so many different members, drawn at random; of all, where there are fewer.

        Raises:
            InputError: the population is empty.
        """
        if not self.members:
            raise InputError("the population is empty: let a trial join first.")
        drawn = random.choice(len(self.members), size=min(tournament, len(self.members)), replace=False)
        return min((self.members[int(place)] for place in drawn), key=_rank)


def ranked(study: Study) -> list[Trial]:
    """The finished trials from the fittest on; of equals the cheapest comes first, and of those the oldest.

    Raises:
        InputError: no trial finished.

    >>> space = {"width": [4, 8, 16]}
    >>> study = evolve(lambda c: c["width"], space, lambda c: c["width"] ** 2, cap=100, evaluations=12)
    >>> [trial.configuration["width"] for trial in ranked(study)]
    [8, 4]
    """
    study.objectives()  # says why, where there is none
    return sorted(study.finished, key=_rank)


def evolve(
    fitness: Callable[[Configuration], float],
    space: Space,
    cost: Callable[[Configuration], float],
    *,
    cap: float,
    evaluations: int,
    population: int = 12,
    tournament: int = 4,
    first: Sequence[Configuration] = (),
    seed: int = 0,
    folder: str | os.PathLike[str] | None = None,
) -> Study:
    """Look for the fittest configuration whose cost is at most `cap`.

    The first members are those that you name, and others drawn at random. No configuration is evaluated twice: a child
    is as near to its parent as the cap and what is known allow, and where nothing near is left, a new random one takes
    its place. One whose evaluation raises an exception, or isn't finite, has failed: it is kept with its error, joins
    no population, and counts.

    Args:
        fitness: of a configuration, larger is better. Seeded by itself: for equal configurations it gives equal values.
        space: the values of each setting.
        cost: of a configuration, in the unit of `cap`; quick, as it is asked for many more than are evaluated.
        cap: the largest cost that is allowed.
        evaluations: of `fitness`, at most. Fewer where nothing else is within the cap.
        population: members at a time; so many trials are made before there are parents.
        tournament: members of which the fittest is the parent: more of them follow the best more closely.
        first: configurations to begin with, such as a plan that is known to be good: with few evaluations a search
            won't find again what took others many. Those above the cap are left out.
        seed: of all draws.
        folder: keeps the study, in study.json, and goes on from there.

    Returns:
        The study. Trials are numbered by age; each has "fitness" and "cost", so that `frontier()` has the trade-off of
        both. Seconds aside, it is the same after any interruption.

    Raises:
        InputError: a setting is out of its range, nothing is found within the cap, a cost isn't a finite number, one of
            `first` is not of the space, or the folder has another study.

    >>> space = {"width": [4, 8, 16], "depth": [1, 2, 3, 4]}
    >>> study = evolve(
    ...     lambda c: c["width"] * c["depth"] ** 2, space, lambda c: c["width"] * c["depth"], cap=24, evaluations=12
    ... )
    >>> ranked(study)[0].configuration, len(study.trials)  # of 12 configurations, 8 are within the cap
    ({'width': 8, 'depth': 3}, 8)
    """
    check_space(space)
    positive(cap=cap)
    whole(evaluations=evaluations)
    whole(1, evaluations, "the first members are evaluated too", population=population)
    whole(1, population, "its members come from the population", tournament=tournament)
    whole(0, seed=seed)
    settings = {
        "space": {name: list(values) for name, values in space.items()},
        "sampler": "evolution",
        "cap": float(cap),
        "population": population,
        "tournament": tournament,
        "first": list(first) or None,
        "seed": seed,
        "objective": None if folder is None else fingerprint([fitness, cost]),
    }
    kept = kept_trials(folder, settings, DIRECTIONS)
    proposals = _Proposals(space, cost, cap, np.random.default_rng(seed))
    members = Population(population)
    named = [key for key in map(proposals.key, first) if proposals.take(key)]
    trials: list[Trial] = []
    while len(trials) < evaluations:
        number = len(trials)
        parent = members.parent(proposals.random, tournament) if number >= population and members.members else None
        key = named[number] if number < len(named) else proposals.next(parent)
        if key is None:
            break
        trials.append(_trial(number, configuration_at(space, key), fitness, proposals.costs[key], kept))
        members.add(trials[-1])
        if folder is not None and number not in kept:
            save_study(folder, Study(tuple(trials), DIRECTIONS, settings))
    if not trials:
        cheapest = min(proposals.costs.values())
        raise InputError(
            f"cap={cap} is below the cost of all {len(proposals.costs)} configurations that were drawn, of which the "
            f"cheapest costs {cheapest:.4g}: raise the cap, or add cheaper values to the space."
        )
    return Study(tuple(trials), dict(DIRECTIONS), settings)


def mutate(key: Key, space: Space, random: np.random.Generator, mutations: int = 1) -> Key:
    """Change some settings, each to another of its values; which, and to what, with equal chances.

    Args:
        key: the place of each setting's value.
        space: in which at least one setting has two values.
        random: draws.
        mutations: settings that change; all that can, where they are fewer.

    Raises:
        InputError: no setting has a second value.

    >>> mutate((0, 1), {"bits": [8], "width": [4, 8]}, np.random.default_rng(0))
    (0, 0)
    """
    lengths = [len(values) for values in space.values()]
    free = [place for place, length in enumerate(lengths) if length > 1]
    if not free:
        raise InputError("no setting of the space has a second value: there is nothing to change.")
    whole(mutations=mutations)
    changed = list(key)
    for place in random.choice(free, size=min(mutations, len(free)), replace=False):
        changed[place] = int(changed[place] + random.integers(1, lengths[place])) % lengths[place]
    return tuple(changed)


class _Proposals:
    """New configurations within the cap, by the places of their values."""

    def __init__(
        self, space: Space, cost: Callable[[Configuration], float], cap: float, random: np.random.Generator
    ) -> None:
        self.space, self.cost, self.cap, self.random = space, cost, cap, random
        self.costs: dict[Key, float] = {}  # of all that were asked for
        self._given: set[Key] = set()
        self._lengths = [len(values) for values in space.values()]

    def next(self, parent: Trial | None) -> Key | None:
        """A child of the parent, or a random one; None where nothing new is found."""
        if parent is not None and size_of(self.space) > 1:
            key = self.key(parent.configuration)
            for tried in range(_CHILDREN * len(self.space)):
                child = mutate(key, self.space, self.random, 1 + tried // _CHILDREN)
                if self.take(child):
                    return child
        for _ in range(_DRAWS):
            drawn = tuple(self.random.integers(self._lengths).tolist())
            if self.take(drawn):
                return drawn
        return None

    def take(self, key: Key) -> bool:
        """Whether a configuration is new and within the cap; it is new only once."""
        if key in self._given:
            return False
        if key not in self.costs:
            cost: Any = self.cost(configuration_at(self.space, key))
            values, error = checked({"cost": cost}, {"cost": "min"})
            if values is None:
                raise InputError(f"{error} for {configuration_at(self.space, key)}: give a finite number.")
            self.costs[key] = values["cost"]
        if self.costs[key] > self.cap:
            return False
        self._given.add(key)
        return True

    def key(self, configuration: Configuration) -> Key:
        """The places of a configuration's values.

        Raises:
            InputError: it is not of the space.
        """
        if configuration.keys() != self.space.keys() or any(configuration[n] not in v for n, v in self.space.items()):
            raise InputError(f"{configuration} is not of the space: give a value of each of {', '.join(self.space)}.")
        return tuple(list(values).index(configuration[name]) for name, values in self.space.items())


def _trial(
    number: int,
    configuration: Configuration,
    fitness: Callable[[Configuration], float],
    cost: float,
    kept: dict[int, Trial],
) -> Trial:
    """The kept trial of this number, or a new one."""
    if number in kept:
        if kept[number].configuration != configuration:
            raise InputError(
                f"trial {number} would be {configuration}, and {kept[number].configuration} was kept: fitness or cost "
                f"answer otherwise than they did. Name another folder."
            )
        return kept[number]
    _, returned, error, seconds = attempt(lambda c: {"fitness": fitness(c), "cost": cost}, (number, configuration))
    values = None
    if error is None:
        values, error = checked(returned, DIRECTIONS)
    return Trial(number, configuration, values, error, seconds)


def _rank(trial: Trial) -> tuple[float, float, int]:
    assert trial.values is not None
    return -trial.values["fitness"], trial.values["cost"], trial.number
