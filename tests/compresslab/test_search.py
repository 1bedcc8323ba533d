"""Sweeps: the same trials in one process, on workers, and after any interruption."""

import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compresslab.errors import InputError
from compresslab.pareto import frontier
from compresslab.search import Study, all_configurations, load_study, sweep

SPACE = {"width": [4, 8, 12, 16], "sparsity": [0.0, 0.5, 0.8], "bits": [2, 4, 8], "distilled": [False, True]}
DIRECTIONS = {"size": "min", "accuracy": "max"}
LEARNED = ("tpe", "nsga2")
OPTIONS: dict[str, dict[str, Any]] = {"tpe": {"n_startup_trials": 5}, "nsga2": {"population_size": 6}}


def made_up(configuration: dict[str, Any]) -> dict[str, float]:
    """Larger is better, with less and less effect; and something that isn't optimised."""
    width, kept, bits = configuration["width"], 1 - configuration["sparsity"], configuration["bits"]
    size = width**2 * kept * bits
    return {"size": size, "accuracy": 1 - 1 / math.log(3 + size) + 0.01 * configuration["distilled"], "macs": width**2}


def what(study: Study) -> list[tuple[Any, ...]]:
    """All but the seconds."""
    return [(trial.number, trial.configuration, trial.values, trial.error) for trial in study.trials]


def places(study: Study) -> list[tuple[Any, ...]]:
    return [tuple(trial.configuration.values()) for trial in study.trials]


def searched(sampler: str, objective: Callable[..., Any] = made_up, trials: int | None = 20, **settings: Any) -> Study:
    call = {"options": OPTIONS.get(sampler), "trials": None if sampler == "grid" else trials}
    return sweep(objective, SPACE, DIRECTIONS, sampler=sampler, **(call | settings))


# Samplers


def test_a_grid_tries_everything_in_order() -> None:
    study = searched("grid")
    assert [trial.configuration for trial in study.trials] == list(all_configurations(SPACE))
    assert len(study.trials) == 72
    assert study.column("macs") == [c["width"] ** 2 for c in all_configurations(SPACE)]
    best = frontier(study.objectives(), DIRECTIONS)
    assert study.frontier() == [study.trials[i] for i in best]


@pytest.mark.parametrize("together", [1, 7])
@pytest.mark.parametrize("sampler", ["random", *LEARNED])
def test_no_configuration_is_tried_twice_and_equal_seeds_try_the_same(sampler: str, together: int, capfd) -> None:
    one, again = (searched(sampler, trials=40, together=together, seed=3) for _ in range(2))
    assert len(set(places(one))) == 40
    assert what(one) == what(again)
    assert places(one) != places(searched(sampler, trials=40, together=together, seed=4))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("sampler", ["random", *LEARNED])
def test_in_the_end_every_configuration_is_tried(sampler: str) -> None:
    """A population that has converged asks for known ones again and again."""
    space = {"width": [4, 8, 12], "sparsity": [0.0, 0.5], "bits": [2, 4], "distilled": [False, True]}
    study = sweep(made_up, space, DIRECTIONS, sampler=sampler, trials=24, options=OPTIONS.get(sampler))
    assert set(places(study)) == {tuple(c.values()) for c in all_configurations(space)}


@pytest.mark.parametrize("sampler", LEARNED)
def test_what_is_asked_depends_on_what_was_found_and_at_random_not(sampler: str) -> None:
    def reversed_(configuration: dict[str, Any]) -> dict[str, float]:
        return {name: -value for name, value in made_up(configuration).items()}

    assert places(searched(sampler, reversed_)) != places(searched(sampler))
    assert places(searched("random", reversed_)) == places(searched("random"))


@pytest.mark.parametrize("sampler", LEARNED)
def test_both_of_optunas_samplers_find_a_corner_sooner_than_chance(sampler: str) -> None:
    """One objective, 4,096 configurations, 60 trials, ten seeds: the mean of the best."""
    space = {name: list(range(8)) for name in "abcd"}

    def best(name: str, seed: int) -> float:
        study = sweep(
            lambda c: {"loss": sum(c.values())}, space, {"loss": "min"}, sampler=name, trials=60, seed=seed,
            options={"population_size": 10} if name == "nsga2" else None,
        )  # fmt: skip
        return min(study.column("loss"))

    learned, drawn = (sum(best(name, seed) for seed in range(10)) / 10 for name in (sampler, "random"))
    assert learned < drawn


def test_optunas_own_log_is_left_as_it_was() -> None:
    import optuna

    before = optuna.logging.get_verbosity()
    searched("tpe", trials=2)
    assert optuna.logging.get_verbosity() == before


# Trials that fail


@pytest.mark.parametrize("sampler", ["grid", "random", *LEARNED])
def test_a_trial_that_fails_is_kept_with_its_reason_and_the_sweep_goes_on(sampler: str) -> None:
    def fragile(configuration: dict[str, Any]) -> dict[str, float]:
        if configuration["bits"] == 2:
            raise ValueError("2 bits diverge")
        found = made_up(configuration)
        return found | {"accuracy": math.nan} if configuration["width"] == 4 else found

    study = searched(sampler, fragile, trials=25)
    for trial in study.trials:
        of = trial.configuration
        reason = "ValueError: 2 bits diverge" if of["bits"] == 2 else "accuracy is nan" if of["width"] == 4 else None
        assert trial.error == reason and trial.failed == (reason is not None)
    assert 0 < len(study.finished) < len(study.trials)
    assert study.frontier()


def test_a_study_of_failures_says_why() -> None:
    def broken(configuration: dict[str, Any]) -> dict[str, float]:
        raise RuntimeError(f"no width {configuration['width']}")

    study = searched("grid", broken)
    with pytest.raises(InputError, match="none of 72 trials finished; the first one: RuntimeError: no width 4"):
        study.frontier()


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (0.9, "the objective returned a float"),
        ({"size": 1}, "returned no 'accuracy'"),
        ({"size": 1, "accuracy": "high"}, "no numbers"),
    ],
)
def test_an_objective_that_returns_something_else_ends_the_sweep(returned: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        searched("random", lambda _: returned)


# Settings


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"sampler": "grid", "trials": 20}, "trials=20 of a grid of 72"),
        ({"trials": None}, "trials is None: say how many of the 72"),
        ({"trials": 73}, "trials=73 must be a whole number from 1 to 72"),
        ({"sampler": "annealing"}, "sampler='annealing' is not known: choose from grid, random, tpe, nsga2"),
        ({"sampler": "random", "options": {"population_size": 3}}, "random has none"),
        ({"sampler": "nsga2", "options": {"population_size": 1}}, "refused by Optuna's NSGAIISampler"),
        ({"sampler": "tpe", "options": {"population_size": 10}}, "refused by Optuna's TPESampler"),
        ({"together": 0}, "together=0"),
        ({"workers": 2}, 'this process is one worker. Give address="local"'),
        ({"seed": -1}, "seed=-1"),
    ],
)
def test_bad_settings_are_named(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        sweep(made_up, SPACE, DIRECTIONS, **({"trials": 5} | settings))


@pytest.mark.parametrize(
    ("space", "said"),
    [
        ({}, "the space is empty"),
        ({"bits": []}, r"bits=\[\]"),
        ({"bits": "48"}, "bits='48'"),
        ({"bits": [4, 4]}, "has a value twice"),
        ({"bits": [math.nan]}, "bits may be nan"),
        ({"bits": [(4, 8)]}, r"bits may be \(4, 8\)"),
    ],
)
def test_bad_spaces_are_named(space: Any, said: str) -> None:
    with pytest.raises(InputError, match=said):
        sweep(made_up, space, DIRECTIONS, sampler="grid")


def test_without_optuna_grid_and_random_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    assert len(searched("random").trials) == 20
    for sampler in LEARNED:
        with pytest.raises(InputError, match=r"Optuna, for sampler=.*: `pip install -e '.\[scale\]'`"):
            searched(sampler)


# On disk

KILLED = """
import os, signal, sys
from pathlib import Path
from compresslab.search import sweep
sys.path.insert(0, sys.argv[4])
from test_search import DIRECTIONS, OPTIONS, SPACE, Killed

folder, sampler, together = sys.argv[1], sys.argv[2], int(sys.argv[3])
trials = None if sampler == "grid" else 20
sweep(
    Killed(folder), SPACE, DIRECTIONS, sampler=sampler, trials=trials, together=together, folder=folder,
    options=OPTIONS.get(sampler),
)
"""


class Killed:
    """`made_up`, and an end by SIGKILL in the fourth call and in the eleventh."""

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def __fingerprint__(self) -> str:
        return "made up"

    def __call__(self, configuration: dict[str, Any]) -> dict[str, float]:
        with (self.folder / "calls").open("a") as file:
            file.write(".")
        if (self.folder / "calls").stat().st_size in (4, 11):
            os.kill(os.getpid(), signal.SIGKILL)
        return made_up(configuration)


@pytest.mark.parametrize(("sampler", "together"), [("grid", 1), ("random", 1), ("tpe", 1), ("nsga2", 1), ("nsga2", 6)])
def test_killed_twice_and_started_again_it_ends_with_the_same_study(
    sampler: str, together: int, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path), sampler, str(together), str(Path(__file__).parent)]
    codes = [subprocess.run(command).returncode for _ in range(3)]
    assert codes == [-9, -9, 0]
    undisturbed = searched(sampler, together=together)
    assert what(load_study(tmp_path)) == what(undisturbed)
    assert (tmp_path / "calls").stat().st_size == len(undisturbed.trials) + 2, "what was kept is not computed again"


@pytest.mark.parametrize("sampler", ["random", *LEARNED])
def test_a_study_grows_and_a_finished_one_costs_nothing(sampler: str, tmp_path: Path) -> None:
    calls: list[int] = []
    settings = {"folder": tmp_path, "together": 4, "objective": Counting(calls)}
    few = searched(sampler, trials=10, **settings)
    more = searched(sampler, trials=22, **settings)
    assert len(calls) == 22
    assert what(more)[:10] == what(few)
    assert what(searched(sampler, trials=10, **settings)) == what(few) and len(calls) == 22
    assert len(load_study(tmp_path).trials) == 22


class Counting:
    def __init__(self, calls: list[int]) -> None:
        self.calls = calls

    def __fingerprint__(self) -> str:
        return "made up"

    def __call__(self, configuration: dict[str, Any]) -> dict[str, float]:
        self.calls.append(1)
        return made_up(configuration)


def test_another_study_and_a_damaged_one_are_refused(tmp_path: Path) -> None:
    searched("random", folder=tmp_path)
    for settings, said in (
        ({"sampler": "tpe"}, "sampler is 'random' there and 'tpe' here"),
        ({"sampler": "random", "seed": 1}, "seed is 0 there and 1 here"),
        ({"sampler": "random", "objective": lambda _: {"size": 1, "accuracy": 1}}, "objective is"),
    ):
        with pytest.raises(InputError, match=said):
            searched(**settings, folder=tmp_path)
    with pytest.raises(InputError, match="directions is"):
        sweep(made_up, SPACE, {**DIRECTIONS, "size": "max"}, sampler="random", trials=20, folder=tmp_path)
    path = tmp_path / "study.json"
    kept = json.loads(path.read_text())
    kept["trials"][5]["configuration"]["bits"] = 3
    path.write_text(json.dumps(kept))
    with pytest.raises(InputError, match=r"trial 5 would be .* 'bits': 3"):
        searched("random", folder=tmp_path)
    path.write_text(path.read_text()[:-20])
    with pytest.raises(InputError, match="is damaged"):
        searched("random", folder=tmp_path)


# On workers. In a process of its own, since Ray leaves some threads; one start of Ray for all sweeps.

ON_RAY = """
import json, os, signal, sys
from pathlib import Path

folder, tests = Path(sys.argv[1]), sys.argv[2]
sys.path.insert(0, tests)
os.environ["PYTHONPATH"] = tests
from test_search import made_up, searched, what
from compresslab.training.on_ray import cluster

def one_dies(configuration):
    if configuration == {"width": 4, "sparsity": 0.5, "bits": 4, "distilled": True}:
        if not (folder / "killed").exists():
            (folder / "killed").touch()
            os.kill(os.getpid(), signal.SIGKILL)
    if configuration == {"width": 8, "sparsity": 0.5, "bits": 4, "distilled": True}:
        os.kill(os.getpid(), signal.SIGKILL)
    if configuration["width"] == 16:
        raise ValueError("too wide")
    with (folder / f"worker{os.getpid()}").open("a") as file:
        file.write(".")
    return made_up(configuration)

found = {}
with cluster("local", 2):
    for sampler in ("grid", "random", "tpe", "nsga2"):
        found[sampler] = what(searched(sampler, together=6, workers=2, address="local"))
    found["deadly"] = what(searched("grid", one_dies, workers=2, address="local", folder=folder / "study"))
found["workers"] = len(list(folder.glob("worker*")))
found["complete"] = what(searched("grid", one_dies, workers=2, address="10.9.8.7:1", folder=folder / "study"))
(folder / "found.json").write_text(json.dumps(found))
"""


@pytest.fixture(scope="module")
def on_ray(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("ray")
    command = [sys.executable, "-c", ON_RAY, str(folder), str(Path(__file__).parent)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads((folder / "found.json").read_text())


def plain(trials: list[tuple[Any, ...]]) -> Any:
    return json.loads(json.dumps(trials))


@pytest.mark.parametrize("sampler", ["grid", "random", *LEARNED])
def test_two_workers_try_what_one_process_tries(sampler: str, on_ray: dict[str, Any]) -> None:
    assert on_ray[sampler] == plain(what(searched(sampler, together=6)))


def test_a_trial_whose_worker_dies_is_started_again_and_fails_in_the_end(on_ray: dict[str, Any]) -> None:
    assert on_ray["workers"] >= 2
    wanted = plain(what(searched("grid")))
    for trial, expected in zip(on_ray["deadly"], wanted, strict=True):
        of = trial[1]
        if of["width"] == 16:
            assert trial[2:] == [None, "ValueError: too wide"]
        elif of == {"width": 8, "sparsity": 0.5, "bits": 4, "distilled": True}:
            assert trial[2] is None and "the worker was lost 4 times" in trial[3]
        else:
            assert trial == expected
    assert on_ray["complete"] == on_ray["deadly"], "a complete study needs no cluster"


def test_without_ray_an_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(InputError, match=r"Ray is not installed: `pip install -e '.\[scale\]'`"):
        searched("random", address="local")
