"""Sweeps over a space of settings: one function for this process, for local workers, and for a Ray cluster.

Which configurations are tried depends on the space, the sampler, the seed and `together`, and on the values that come
back; neither on the number of workers nor on where they are. So the sweep of one process is that of ten machines, and
one that was killed is asked the same questions again, where the answers that it has kept cost nothing.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from compresslab.arguments import whole
from compresslab.errors import InputError
from compresslab.hardware import machine
from compresslab.identity import fingerprint
from compresslab.pareto import Direction
from compresslab.pareto.objectives import check_directions
from compresslab.search.samplers import SamplerName, make_sampler
from compresslab.search.space import Configuration, Space, check_space, configuration_at, size_of
from compresslab.search.study import Study, Trial, checked, kept_trials, save_study

Objective = Callable[[Configuration], Mapping[str, float]]
Asked = tuple[int, Configuration]  # a trial's number, and what to try
Answer = tuple[int, object, str | None, float]  # its number, what the objective returned, or its error; seconds
Place = Callable[[Objective, list[Asked]], Iterable[Answer]]


def sweep(
    objective: Objective,
    space: Space,
    directions: Mapping[str, Direction],
    *,
    sampler: SamplerName = "nsga2",
    trials: int | None = None,
    seed: int = 0,
    together: int = 1,
    options: Mapping[str, Any] | None = None,
    folder: str | os.PathLike[str] | None = None,
    workers: int | None = None,
    address: str | None = None,
) -> Study:
    """Try configurations of a space, no one twice, and keep what they gave.

    A trial that raises an exception, or returns a value that isn't finite, has failed: it is kept with its error, and
    the sweep goes on. Optuna is told of it.

    Args:
        objective: from a configuration to numbers by name, with all of `directions` among them; others are kept, and
            not optimised. Seeded by itself: for equal configurations it returns equal values. On a cluster it is sent
            to the workers.
        space: the values of each setting.
        directions: "min" or "max" for each objective.
        sampler: "grid", every configuration; "random"; "tpe" or "nsga2", by Optuna (the extra `scale`).
        trials: how many; for a grid, all.
        seed: of the sampler.
        together: trials that are chosen before any of them is known, so that as many workers can share them. With 1
            each is chosen by all before it; for "nsga2", its population size costs it nothing. Without effect on "grid"
            and "random", which don't look at results.
        options: for Optuna's sampler, such as {"population_size": 20}.
        folder: keeps the study, in study.json, and goes on from there.
        workers: trials at a time, each with one CPU. Unless given, 1, or where there is an address as many as this
            machine has cores.
        address: None, this process; "local", workers on this machine; or that of a Ray cluster. See
            `training.fit_in_parallel`.

    Returns:
        The study. Seconds aside, it is the same for any number of workers, and after any interruption.

    Raises:
        InputError: a setting is out of its range, there are fewer configurations than trials, the folder has another
            study, Optuna, Ray or the cluster is missing, or the objective returns something else than its numbers.

    Reference:
        Deb et al. 2002, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II"; Bergstra et al. 2011,
        "Algorithms for Hyper-Parameter Optimization" (TPE); Akiba et al. 2019, "Optuna"; Bergstra and Bengio 2012,
        "Random Search for Hyper-Parameter Optimization".

    >>> space = {"bits": [2, 4, 8], "width": [8, 16]}
    >>> study = sweep(lambda c: {"size": c["bits"] * c["width"]}, space, {"size": "min"}, sampler="grid")
    >>> len(study.trials), study.frontier()[0].configuration
    (6, {'bits': 2, 'width': 8})
    """
    check_space(space)
    check_directions(directions)
    whole(0, seed=seed)
    whole(together=together)
    trials = _number_of_trials(sampler, trials, size_of(space))
    chooser = make_sampler(sampler, space, directions, seed=seed, options=options or {})
    if not chooser.learns:
        together = trials
    if workers is None:
        workers = 1 if address is None else machine().usable_cores
    whole(workers=workers)
    if address is None and workers > 1:
        raise InputError(f'workers={workers} without an address: this process is one worker. Give address="local".')
    settings = {
        "space": {name: list(values) for name, values in space.items()},
        "sampler": sampler,
        "seed": seed,
        "together": together if chooser.learns else None,
        "options": {name: str(value) for name, value in (options or {}).items()},
        "objective": None if folder is None else fingerprint(objective),
    }
    done = kept_trials(folder, settings, directions)
    complete = done.keys() >= set(range(trials))  # then nothing is left for a cluster to do
    with _place(None if complete else address, workers) as run:
        for first in range(0, trials, together):
            keys = chooser.ask(min(together, trials - first))
            asked = {first + k: configuration_at(space, key) for k, key in enumerate(keys)}
            _compare(asked, done)
            for answer in run(objective, [(n, c) for n, c in asked.items() if n not in done]):
                done[answer[0]] = _trial(answer, asked[answer[0]], directions)
                if folder is not None:
                    save_study(folder, _study(done, len(done), directions, settings))
            chooser.tell({key: _values(done[n], directions) for n, key in zip(asked, keys, strict=True)})
    return _study(done, trials, directions, settings)


def attempt(objective: Objective, asked: Asked) -> Answer:
    """One trial, whatever becomes of it.

    >>> attempt(lambda configuration: {"size": 1 / configuration["bits"]}, (3, {"bits": 0}))[:3]
    (3, None, 'ZeroDivisionError: division by zero')
    """
    number, configuration = asked
    started = time.perf_counter()
    returned, reason = None, None
    try:
        returned = objective(dict(configuration))
    except Exception as error:  # noqa: BLE001  a configuration that can't be built is a result too
        reason = f"{type(error).__name__}: {error}"
    return number, returned, reason, time.perf_counter() - started


def _number_of_trials(sampler: str, trials: int | None, configurations: int) -> int:
    if sampler == "grid":
        if trials not in (None, configurations):
            raise InputError(
                f"trials={trials} of a grid of {configurations} would try one corner of it: give fewer values of each "
                f"setting, or take the random sampler."
            )
        return configurations
    if trials is None:
        raise InputError(f"trials is None: say how many of the {configurations} configurations to try.")
    whole(1, configurations, "the space has no more configurations", trials=trials)
    return trials


def _compare(asked: Mapping[int, Configuration], done: Mapping[int, Trial]) -> None:
    for number, configuration in asked.items():
        if number in done and done[number].configuration != configuration:
            raise InputError(
                f"trial {number} would be {configuration}, and {done[number].configuration} was kept: objective or "
                f"sampler answer otherwise than they did, as another version of Optuna may. Name another folder."
            )


def _trial(answer: Answer, configuration: Configuration, directions: Mapping[str, Direction]) -> Trial:
    number, returned, error, seconds = answer
    values = None
    if error is None:
        values, error = checked(returned, directions)
    return Trial(number, configuration, values, error, seconds)


def _values(trial: Trial, directions: Mapping[str, Direction]) -> list[float] | None:
    return None if trial.values is None else [trial.values[name] for name in directions]


def _study(
    done: Mapping[int, Trial], trials: int, directions: Mapping[str, Direction], settings: dict[str, Any]
) -> Study:
    return Study(tuple(done[number] for number in sorted(done)[:trials]), dict(directions), settings)


def _place(address: str | None, workers: int) -> AbstractContextManager[Place]:
    if address is None:
        return nullcontext(_here)
    from compresslab.search.on_ray import workers_on_ray  # the extra `scale`

    return workers_on_ray(address, workers)


def _here(objective: Objective, asked: list[Asked]) -> Iterator[Answer]:
    return (attempt(objective, each) for each in asked)
