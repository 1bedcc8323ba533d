"""What the benchmark's self-test recorded hangs together, and holds what the course claims of it."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from compresslab.benchmark import Ratio
from compresslab.evaluation import Interval
from compresslab.recorded import load_recorded

PARTS = [part for part in ("noisy", "quiet") if part in load_recorded("measuring/self_test")]
ENGINES = ("ONNX Runtime", "PyTorch")
CLAIM = "0.99, margin 0.02"  # of CPU time: see `Ratio.differs`


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    return load_recorded("measuring/self_test")


@pytest.mark.parametrize("part", PARTS)
def test_both_parts_are_of_the_script_beside_them(part: str, recorded, repository: Path) -> None:
    script = repository / "reference" / "measuring" / "self_test.py"
    assert recorded[part]["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()
    assert recorded[part]["machine"]["threads"] == 1


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("engine", ENGINES)
def test_the_counts_of_alarms_are_those_of_the_trials(part: str, engine: str, recorded) -> None:
    found = recorded[part]["engines"][engine]
    assert len(found["trials"]) == recorded[part]["trials"] == 20
    for key, counts in found["alarms"].items():
        for place, level in enumerate(recorded["levels"]):
            intervals = [Interval(*trial[key]["intervals"][place], level) for trial in found["trials"]]
            for margin in (0.0, 0.02):
                raised = sum(Ratio(key, "once", 1.0, interval, rounds=9).differs(margin) for interval in intervals)
                assert counts[f"{level}, margin {margin}"] == raised, (key, level, margin)
        for trial in found["trials"]:
            widths = [high - low for low, high in trial[key]["intervals"]]
            assert widths == sorted(widths), "a higher level has a wider interval"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_tenth_more_work_is_found_and_the_same_work_raises_no_alarm(part: str, engine: str, recorded) -> None:
    alarms = recorded[part]["engines"][engine]["alarms"]
    assert alarms["slower, cpu"][CLAIM] >= 19
    assert alarms["again, cpu"][CLAIM] <= 1


def test_the_noisy_machine_was_noisy(recorded) -> None:
    found = [trial["wall_over_cpu"] for engine in ENGINES for trial in recorded["noisy"]["engines"][engine]["trials"]]
    assert np.median(found) > 1.5


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("peer", ["torch.utils.benchmark", "equal loop"])
def test_ratios_are_those_of_other_ways_to_measure(part: str, engine: str, peer: str, recorded) -> None:
    found = recorded[part]["peers"][engine]
    # A loop over one network and then the other does not see the same minute of a busy machine.
    near = 0.08 if (part, engine, peer) == ("noisy", "ONNX Runtime", "equal loop") else 0.05
    assert found["interleaved"] == pytest.approx(found[peer], rel=near)
    assert found["interleaved"] > 1.1, "two networks of one speed would show nothing"


def test_the_table_of_operations_tells_unseen_networks_better_than_their_macs(repository: Path) -> None:
    found = load_recorded("measuring/latency_table")
    script = repository / "reference" / "measuring" / "latency_table.py"
    assert found["script_sha256"] == hashlib.sha256(script.read_bytes()).hexdigest()
    networks = found["unseen"].values()
    assert len(networks) == 24
    for way, column in (("table", "estimated_ms"), ("line through MACs", "estimated_from_macs_ms")):
        off = [abs(network[column] / network["measured_ms"] - 1) for network in networks]
        assert found["error"][way]["median"] == pytest.approx(np.median(off), abs=2e-3)
        assert found["error"][way]["p95"] == pytest.approx(np.percentile(off, 95), abs=5e-3)
    assert found["error"]["table"]["median"] < found["error"]["line through MACs"]["median"]
