"""A check whose own computing has no end, or fills the memory, costs its points and no more."""

from dataclasses import replace

import pytest
import torch

from classroom.authoring.harness import InProcess
from classroom.judging.judge import PASSED, UNCLEAR, judge, run_check
from classroom.notebook.cells import Cell
from classroom.sandbox.fork_server import ForkServer, Limits, Session

CALL = "learner.call('fake_quantize', torch.ones(3), 1.0, 0, 4)"
ENDLESS = {
    "computing": "while True:\n    pass",
    "asking": f"while True:\n    {CALL}",
    "swallowing": "import contextlib\nwith contextlib.suppress(ValueError):\n    while True:\n        pass",
}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=list(ENDLESS))
def test_an_endless_check_is_stopped_and_the_others_are_judged(
    source: str, fork_server: ForkServer, straight_through: list[Cell]
) -> None:
    place = next(place for place, cell in enumerate(straight_through) if cell.kind == "test")
    endless = replace(straight_through[place], source=source)
    master = [*straight_through[:place], endless, *straight_through[place + 1 :]]
    with Session(fork_server, Limits(), 1) as session:
        judgement = judge(master, master, session, seed=1, limits=Limits(check_seconds=0.05))
    assert list(judgement.lost) == [endless.name]
    assert judgement.lost[endless.name].status == UNCLEAR
    assert judgement.lost[endless.name].message == "the check computed for more than 0.05 s on this answer"


def test_the_learners_own_time_does_not_count() -> None:
    session = InProcess(1)
    slow = "import time\ndef slow():\n    end = time.process_time() + 0.5\n    while time.process_time() < end: pass"
    assert session.run(slow) is None
    check = Cell("check", "test", "learner.call('slow')", 1.0)
    assert run_check(check, "from classroom import learner", session.ask, 1, Limits(check_seconds=0.2)).status == PASSED


LARGE = "def answer():\n    from torch import nn\n    return nn.Sequential(nn.AdaptiveAvgPool2d(60_000))"
SHOWN = """
import torch
from classroom import expect, learner
expect.module(learner.call("answer")).build()(torch.ones(1, 1, 4, 4))
"""


@pytest.mark.linux
def test_an_answer_that_would_fill_the_memory_costs_its_check_and_no_more() -> None:
    session = InProcess(1)
    assert session.run(LARGE) is None
    result = run_check(Cell("check", "test", SHOWN, 1.0), "", session.ask, 1)
    assert result.status == UNCLEAR and "memory" in result.message
    assert torch.empty(5 * 2**30, dtype=torch.uint8).numel() == 5 * 2**30, "the limit is lifted again"
