"""What reference/choosing/{sweep_digits,samplers}.json say hangs together, and with the code."""

import base64
import hashlib
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compresslab.cost import mac_count
from compresslab.models import small_cnn
from compresslab.recorded import load_recorded
from compresslab.search import all_configurations


@pytest.fixture(scope="module")
def swept() -> dict[str, Any]:
    return load_recorded("choosing/sweep_digits")


@pytest.fixture(scope="module")
def sampled() -> dict[str, Any]:
    return load_recorded("choosing/samplers")


@pytest.mark.parametrize("name", ["sweep_digits", "samplers"])
def test_they_are_of_the_scripts_beside_them(name: str, repository: Path) -> None:
    script = repository / f"reference/choosing/{name}.py"
    assert load_recorded(f"choosing/{name}")["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()


def test_the_samplers_looked_their_results_up_in_this_sweep(sampled: dict[str, Any], repository: Path) -> None:
    table = repository / sampled["table"]
    assert sampled["table_sha256"] == hashlib.sha256(table.read_bytes()).hexdigest()
    assert sampled["trials"] < sampled["configurations"] / 5


def test_the_sweep_has_every_configuration_with_a_result_for_each_seed(swept: dict[str, Any]) -> None:
    lines = swept["configurations"]
    assert [{name: line[name] for name in swept["space"]} for line in lines] == list(all_configurations(swept["space"]))
    images = swept["data"]["images"]["validation"] + swept["data"]["images"]["test"]
    for line in lines:
        assert len(line["bytes"]) == len(line["right"]) == len(swept["seeds"]) >= 3
        for packed in line["right"]:
            bits = np.unpackbits(np.frombuffer(base64.b64decode(packed), dtype=np.uint8))
            assert images <= len(bits) < images + 8 and not bits[images:].any()
    for line in lines[:: len(lines) // 6]:
        assert line["macs"] == mac_count(small_cnn(width=line["width"]), (1, 1, 8, 8))


def test_fewer_bits_and_more_zeros_make_smaller_files(swept: dict[str, Any]) -> None:
    size = {tuple(line[name] for name in swept["space"]): line["bytes"] for line in swept["configurations"]}
    for width, sparsity, distilled in itertools.product(
        *(swept["space"][k] for k in ("width", "sparsity", "distilled"))
    ):
        for more, fewer in itertools.pairwise(swept["space"]["bits"]):
            pairs = zip(size[width, sparsity, more, distilled], size[width, sparsity, fewer, distilled], strict=True)
            assert all(large > small for large, small in pairs)
    for width, bits, distilled in itertools.product(*(swept["space"][k] for k in ("width", "bits", "distilled"))):
        dense, sparse = size[width, 0.0, bits, distilled], size[width, 0.9, bits, distilled]
        assert all(large > small for large, small in zip(dense, sparse, strict=True))


def test_shares_of_the_hypervolume_rise_with_the_trials_and_stay_below_one(sampled: dict[str, Any]) -> None:
    for found in sampled["rounds"].values():
        assert found["coarse_grid"] <= 1
        for runs in found["share_by_seed"].values():
            assert len(runs) == len(sampled["seeds"]) >= 10
            for run in runs:
                assert run == sorted(run) and run[0] >= 0 and run[-1] <= 1
        for name, difference in found["differences"].items():
            one, other = (np.mean([run[-1] for run in found["share_by_seed"][k]]) for k in name.split(" less "))
            assert difference["mean"] == pytest.approx(one - other)
            assert difference["interval"]["low"] < difference["mean"] < difference["interval"]["high"]
