"""What was recorded of the server under load hangs together, and holds what the course claims of it."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from compresslab.recorded import load_recorded

PARTS = {"before": {"1"}, "canary": {"1", "2"}, "promoted": {"2"}, "rolled back": {"1"}}


@pytest.fixture(scope="module")
def recorded() -> dict[str, Any]:
    return load_recorded("shipping/load")


@pytest.mark.parametrize(("name", "key"), [("load.py", "script_sha256"), ("plain.py", "plain_sha256")])
def test_it_is_of_the_scripts_beside_it(name: str, key: str, recorded: dict[str, Any], repository: Path) -> None:
    script = repository / "reference" / "shipping" / name
    assert recorded[key] == hashlib.sha256(script.read_bytes()).hexdigest()


def test_no_request_failed_in_two_minutes_through_a_promotion_and_a_rollback(recorded: dict[str, Any]) -> None:
    found = recorded["found"]["through promotion and rollback"]
    assert found["failed"] == 0
    assert found["statuses"] == {"200": found["requests"]}
    assert sum(found["versions"].values()) == found["requests"]
    assert 120 <= found["seconds"] < 125
    assert {name: set(part["versions"]) for name, part in found["parts"].items()} == PARTS
    canary = found["parts"]["canary"]["versions"]
    assert canary["2"] / sum(canary.values()) == pytest.approx(0.2, abs=0.03)
    done = list(found["done_at_s"].values())
    assert done == sorted(done)


def test_the_figures_of_each_server_are_plausible(recorded: dict[str, Any]) -> None:
    for name, found in recorded["found"].items():
        assert found["failed"] == 0, name
        assert found["p50_ms"] <= found["p99_ms"]
        # Sixteen connections that always ask: Little's law, but for what the median and the mean differ.
        assert found["per_second"] * found["p50_ms"] / 1000 == pytest.approx(16, rel=0.35), name
