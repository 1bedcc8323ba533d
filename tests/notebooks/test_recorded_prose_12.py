"""What chapter 12 says of its recorded runs is what the files hold."""

import math

import numpy as np
from chapter_prose import prose

from compresslab.recorded import load_recorded


def test_the_recorded_sweep_is_as_large_as_it_says() -> None:
    swept, said = load_recorded("choosing/sweep_digits"), prose("12")
    assert "300 models, means of three starts" in said
    assert len(swept["configurations"]) == math.prod(map(len, swept["space"].values())) == 300
    assert len(swept["seeds"]) == 3 and "the recorded sweep has three starts of each model" in said
    assert "Six widths, five sparsities, five formats, a teacher or none" in said
    assert [len(values) for values in swept["space"].values()] == [6, 5, 5, 2]


def test_which_sampler_is_ahead_of_which() -> None:
    found, said = load_recorded("choosing/samplers"), prose("12")
    assert "40 of the 300 models of the recorded sweep, 20 seeds for each sampler" in said
    assert (found["trials"], found["configurations"], len(found["seeds"])) == (40, 300, 20)
    two, three = found["rounds"]["two objectives"], found["rounds"]["three objectives"]
    assert "both of Optuna's samplers beat random draws, by between one and two percent of the volume" in said
    for name in ("nsga2 less random", "tpe less random"):
        assert two["differences"][name]["interval"]["low"] > 0
        assert 0.01 < two["differences"][name]["mean"] < 0.02
    assert "and can't be told apart" in said
    assert includes_zero(two["differences"]["tpe less nsga2"])
    assert "In three TPE is ahead of both, and NSGA-II can't be told from chance" in said
    assert three["differences"]["tpe less random"]["interval"]["low"] > 0
    assert three["differences"]["tpe less nsga2"]["interval"]["low"] > 0
    assert includes_zero(three["differences"]["nsga2 less random"])
    assert (
        "40 trials are four generations, which were enough in two objectives" in said
        and found["options"]["nsga2"]["population_size"] == 10
    )


def test_the_coarse_grid_beats_all_means_and_single_seeds_overlap() -> None:
    found, said = load_recorded("choosing/samplers"), prose("12")
    assert "the coarse grid beats all their means" in said and "Single seeds overlap everywhere" in said
    assert "8 or 4 bits, no sparsity or 80%" in said
    assert (found["coarse_grid"]["bits"], found["coarse_grid"]["sparsity"]) == ([8, 4], [0.0, 0.8])
    for one in found["rounds"].values():
        last = {name: [run[-1] for run in runs] for name, runs in one["share_by_seed"].items()}
        assert all(np.mean(shares) < one["coarse_grid"] for shares in last.values())
        assert max(map(min, last.values())) < min(map(max, last.values()))


def includes_zero(difference: dict) -> bool:
    return difference["interval"]["low"] <= 0 <= difference["interval"]["high"]
