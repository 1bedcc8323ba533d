"""A check whose own computing has no end, whatever the answer made it do, costs its points and no more."""

from dataclasses import replace

import pytest

from classroom.harness import InProcess
from classroom.judge import PASSED, UNCLEAR, judge, run_check
from classroom.process import Limits, Nursery, Session
from classroom.rebuild import Cell

CALL = "learner.call('fake_quantize', torch.ones(3), 1.0, 0, 4)"
ENDLESS = {
    "computing": "while True:\n    pass",
    "asking": f"while True:\n    {CALL}",
    "swallowing": "import contextlib\nwith contextlib.suppress(ValueError):\n    while True:\n        pass",
}


@pytest.mark.parametrize("source", ENDLESS.values(), ids=list(ENDLESS))
def test_an_endless_check_is_stopped_and_the_others_are_judged(
    source: str, nursery: Nursery, straight_through: list[Cell]
) -> None:
    place = next(place for place, cell in enumerate(straight_through) if cell.kind == "test")
    endless = replace(straight_through[place], source=source)
    master = [*straight_through[:place], endless, *straight_through[place + 1 :]]
    with Session(nursery, Limits(), 1) as session:
        judgement = judge(master, master, session, seed=1, check_seconds=0.05)
    assert list(judgement.lost) == [endless.name]
    assert judgement.lost[endless.name].status == UNCLEAR
    assert judgement.lost[endless.name].message == "the check computed for more than 0.05 s on this answer"


def test_the_learners_own_time_does_not_count() -> None:
    session = InProcess(1)
    slow = "import time\ndef slow():\n    end = time.process_time() + 0.5\n    while time.process_time() < end: pass"
    assert session.run(slow) is None
    check = Cell("check", "test", "learner.call('slow')", 1.0)
    assert run_check(check, "from classroom import learner", session, 1, seconds=0.2).status == PASSED
