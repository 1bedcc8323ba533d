"""What the architecture search recorded hangs together, and says who won."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from compresslab.recorded import load_recorded


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    return load_recorded("measuring/architecture_search")


def test_the_record_is_of_the_script_beside_it(recorded, repository: Path) -> None:
    script = repository / "reference" / "measuring" / "architecture_search.py"
    assert recorded["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()
    assert recorded["machine"]["threads"] == 1


def test_no_trial_is_above_the_cap_and_none_is_made_twice(recorded) -> None:
    trials = recorded["trials"]
    assert len(trials) + len(recorded["failed"]) == recorded["search"]["evaluations"]
    assert all(trial["estimated_ms"] <= recorded["latency"]["cap_ms"] for trial in trials)
    assert len({tuple(trial["configuration"]) for trial in trials}) == len(trials)


def test_the_winner_is_the_fittest_that_measured_within_the_cap(recorded) -> None:
    accuracies = {trial["number"]: trial["accuracy"] for trial in recorded["trials"]}
    finalists = [finalist["number"] for finalist in recorded["finalists"]]
    fittest = sorted(accuracies, key=lambda number: -accuracies[number])
    assert {accuracies[number] for number in finalists} == {accuracies[number] for number in fittest[: len(finalists)]}
    assert recorded["winner"]["number"] == finalists[0], "the fittest kept the cap"
    assert recorded["winner"]["measured_ms"] <= recorded["resnet18_ms"]["8"]


def test_the_rival_took_as_much_time_as_the_winner_and_no_narrower_one_did(recorded) -> None:
    speedup = recorded["speedup_of_winner"]
    assert 1 <= speedup["value"] < 1.05
    assert recorded["rival"]["network"] == "resnet18(width=5)"
    assert recorded["resnet18_ms"]["4"] < recorded["winner"]["measured_ms"]
    assert recorded["winner"]["measured_ms"] == pytest.approx(recorded["rival"]["measured_ms"], rel=0.02)


def test_the_search_lost_in_every_seed_and_the_interval_says_so(recorded) -> None:
    difference, winner, rival = recorded["difference"], recorded["winner"], recorded["rival"]
    points = [100 * (a - b) for a, b in zip(winner["by_seed"], rival["by_seed"], strict=True)]
    assert difference["by_seed"] == pytest.approx(points, abs=1e-3)
    assert difference["points"] == pytest.approx(sum(points) / 3, abs=1e-3)
    assert max(points) < 0
    assert difference["interval"]["low"] < difference["points"] < difference["interval"]["high"] < 0


def test_the_short_training_ranks_the_rival_above_all_that_the_search_tried(recorded) -> None:
    """So not that is to blame, but the few trials, and a space that has no four stages as narrow as the rival's."""
    assert recorded["rival"]["accuracy_in_search"] > max(trial["accuracy"] for trial in recorded["trials"])
    assert min(recorded["space"]["width1"]) > 5
