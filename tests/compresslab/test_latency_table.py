"""The latency table on a clock that knows what each operation takes, so that estimates have a right answer."""

import pytest
import torch
from torch import nn

from compresslab import latency_table
from compresslab.errors import InputError
from compresslab.hardware import machine
from compresslab.latency_table import LatencyTable, TableError, build_latency_table, measure_latencies
from compresslab.operators import Operator
from compresslab.roofline import Operation

EXAMPLE = torch.zeros(2, 4)
TAKES = {"linear": 5e-3, "relu": 1e-3, "tanh": 2e-3}


def network(*layers: str) -> nn.Module:
    kinds = {"linear": lambda: nn.Linear(4, 4), "relu": nn.ReLU, "tanh": nn.Tanh}
    return nn.Sequential(*(kinds[layer]() for layer in layers)).eval()


@pytest.fixture
def ideal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Operations take what `TAKES` says, and a network 1 ms and 1.2 times as much as its operations together."""

    def profiled(model: nn.Module, example: torch.Tensor, **_: object) -> list[Operator]:
        kinds = [type(layer).__name__.lower() for layer in model]
        return [Operator(kind, "", kind, Operation(kind, 0, 1, TAKES[kind])) for kind in kinds]

    def measured(models: dict[str, nn.Module], example: torch.Tensor, **_: object):
        total = {name: sum(each.operation.seconds for each in profiled(m, example)) for name, m in models.items()}
        return {name: 1e-3 + 1.2 * seconds for name, seconds in total.items()}, machine(1)

    monkeypatch.setattr(latency_table, "profile_operators", profiled)
    monkeypatch.setattr(latency_table, "measure_latencies", measured)


def test_an_unseen_network_is_estimated_from_the_operations_of_others(ideal) -> None:
    table = build_latency_table({"a": network("linear", "relu"), "b": network("linear", "tanh", "linear")}, EXAMPLE)
    assert table.seconds == TAKES
    assert (table.intercept_seconds, table.slope) == pytest.approx((1e-3, 1.2))
    unseen = network("tanh", "linear", "relu", "linear", "relu")
    assert table.estimate(unseen, EXAMPLE) == pytest.approx(1e-3 + 1.2 * (2 + 5 + 1 + 5 + 1) * 1e-3)


def test_an_operation_that_the_table_lacks_is_named() -> None:
    table = LatencyTable({"relu(float32[2, 4])": 1e-3}, 0.0, 1.0, machine(1))
    with pytest.raises(InputError, match=r"no linear\(float32\[2, 4\], float32\[4, 4\]"):
        table.estimate(network("relu", "linear"), EXAMPLE)


def test_errors_are_relative_and_without_sign() -> None:
    measured = {str(n): 1.0 for n in range(21)}
    error = TableError.of({str(n): 1 + (n - 10) / 100 for n in range(21)}, measured)
    assert error.median == pytest.approx(0.05)
    assert error.p95 == pytest.approx(0.10)
    assert error.relative["0"] == pytest.approx(-0.10)
    with pytest.raises(InputError, match="don't match"):
        TableError.of({"a": 1.0}, {"b": 1.0})
    with pytest.raises(InputError, match="don't match"):
        TableError.of({}, {})


def test_one_network_makes_no_table() -> None:
    with pytest.raises(InputError, match="1 networks"):
        build_latency_table({"a": network("relu")}, EXAMPLE)


def test_a_network_in_training_is_refused() -> None:
    with pytest.raises(InputError, match=r"model\.eval"):
        measure_latencies({"a": nn.Dropout()}, EXAMPLE, rounds=2)


def test_real_networks_are_estimated_to_something() -> None:
    table = build_latency_table(
        {"short": network("linear"), "long": network(*["linear", "relu"] * 4)}, EXAMPLE, rounds=5
    )
    assert len(table.seconds) == 2
    assert all(seconds > 0 for seconds in table.seconds.values())
    assert table.machine.threads == 1
