"""What a result depends on, as a checksum: equal for equal things, another for every other thing."""

import functools
import subprocess
import sys
from collections.abc import Callable

import pytest
import torch
from torch import nn

from compresslab.errors import InputError
from compresslab.identity import fingerprint


def scaled(factor: float) -> Callable[[float], float]:
    def scale(x: float) -> float:
        return factor * x

    return scale


def weights(seed: int) -> nn.Module:
    torch.manual_seed(seed)
    return nn.Linear(2, 2)


THINGS: list[Callable[[], object]] = [
    lambda: 1, lambda: 1.0, lambda: True, lambda: "1", lambda: None, lambda: [1], lambda: (1,), lambda: [[1]],
    lambda: [1, 2], lambda: {"a": 1}, lambda: {"a": 2}, lambda: {1, 2}, lambda: torch.ones(2), lambda: torch.ones(2, 1),
    lambda: torch.ones(2).half(), lambda: torch.zeros(2), lambda: weights(0), lambda: weights(1),
    lambda: nn.Dropout(0.1), lambda: nn.Dropout(0.2), lambda: scaled(2.0), lambda: scaled(3.0), lambda: scaled,
    lambda: torch.relu, lambda: len,
    lambda: functools.partial(scaled, factor=2.0), lambda: functools.partial(scaled, factor=3.0),
    lambda: (lambda x: 2 * x), lambda: (lambda x: x + 2), lambda: weights(0).forward, lambda: weights(1).forward,
]  # fmt: skip


def test_equal_things_have_one_fingerprint_and_different_things_different_ones() -> None:
    assert [fingerprint(make()) for make in THINGS] == [fingerprint(make()) for make in THINGS]
    assert len({fingerprint(make()) for make in THINGS}) == len(THINGS)


def test_another_process_finds_the_same_fingerprint() -> None:
    value = {"set": {"a", "b", "c"}, "teacher": nn.Linear(2, 2, bias=False).requires_grad_(False)}
    with torch.no_grad():
        value["teacher"].weight.fill_(0.5)  # type: ignore[attr-defined]
    script = (
        "import torch; from torch import nn; from compresslab.identity import fingerprint\n"
        "teacher = nn.Linear(2, 2, bias=False).requires_grad_(False)\n"
        "teacher.weight.fill_(0.5)\n"
        "print(fingerprint({'set': {'a', 'b', 'c'}, 'teacher': teacher}))"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == fingerprint(value)


def test_what_holds_itself_ends_and_what_has_no_contents_is_refused() -> None:
    def countdown(n: int) -> int:
        return n and countdown(n - 1)

    assert fingerprint(countdown) == fingerprint(countdown)
    with pytest.raises(InputError, match="can't be told from others"):
        fingerprint(iter([1]))
