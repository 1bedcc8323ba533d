import json
from dataclasses import replace
from pathlib import Path

import pytest

from classroom.authoring.ledger import Ledger, decisive, without_words
from classroom.notebook.cells import Cell

VERDICT = {"lost": {"check": "failed"}, "message": "expected 1"}


def never() -> dict[str, object]:
    raise AssertionError("it was judged")


def written(folder: Path, verdict: dict[str, object] = VERDICT) -> Path:
    ledger = Ledger(folder)
    ledger.keep("ch01", "wrong answers: a", "key", verdict)
    ledger.write()
    return folder


def test_what_has_not_changed_is_not_judged_again(tmp_path: Path) -> None:
    ledger = Ledger(written(tmp_path), share=0.0)
    assert ledger.verdict("ch01", "wrong answers: a", "key", never) == VERDICT
    assert ledger.counts == {"taken": 1, "judged again": 0, "judged": 0}


def test_what_has_changed_is_judged(tmp_path: Path) -> None:
    ledger = Ledger(written(tmp_path), share=0.0)
    new = {"lost": {}, "message": ""}
    assert ledger.verdict("ch01", "wrong answers: a", "another key", lambda: new) == new
    assert ledger.verdict("ch02", "wrong answers: a", "key", lambda: new) == new
    assert ledger.counts == {"taken": 0, "judged again": 0, "judged": 2}


def test_a_planted_wrong_verdict_is_found(tmp_path: Path) -> None:
    ledger = Ledger(written(tmp_path, {"lost": {}, "message": "expected 1"}), share=1.0)
    with pytest.raises(AssertionError, match=r"ledger says of ch01, wrong answers: a: .*judged again"):
        ledger.verdict("ch01", "wrong answers: a", "key", lambda: VERDICT)


def test_a_message_may_vary(tmp_path: Path) -> None:
    ledger = Ledger(written(tmp_path), share=1.0)
    new = VERDICT | {"message": "expected 2"}
    assert ledger.verdict("ch01", "wrong answers: a", "key", lambda: new) == new
    assert ledger.counts["judged again"] == 1


def test_each_run_judges_another_share_again(tmp_path: Path) -> None:
    chosen = []
    for run in ("one", "two"):
        ledger = Ledger(tmp_path / run, share=0.05, run=run)
        entries = [f"wrong answers: {number}" for number in range(2000)]
        for entry in entries:
            ledger.keep("ch01", entry, "key", VERDICT)
        ledger.write()
        ledger = Ledger(tmp_path / run, share=0.05, run=run)
        again: set[str] = set()
        for entry in entries:
            ledger.verdict("ch01", entry, "key", lambda entry=entry, again=again: again.add(entry) or VERDICT)
        assert 50 <= len(again) <= 150
        chosen.append(again)
    assert len(chosen[0] & chosen[1]) < 25  # 5 expected of 100


def test_workers_are_gathered_and_other_entries_stay(tmp_path: Path) -> None:
    ledger, worker = Ledger(written(tmp_path)), Ledger(tmp_path)
    worker.keep("ch01", "mutant: b", "key", {"caught by": "check"})
    ledger.merge(worker.fresh)
    ledger.write()
    found = json.loads((tmp_path / "ch01.json").read_text())
    assert sorted(found) == ["mutant: b", "wrong answers: a"]
    assert ledger.last("ch01", "wrong answers: a") == VERDICT and ledger.last("ch01", "other") == {}


CELLS = [
    Cell("", "locked", "import torch"),
    Cell("", "locked", "# Section 1", is_code=False),
    Cell("half", "solution", 'def half(x):\n    """Half of it."""\n    return x / 2  # exact'),
    Cell("half-value", "test", "assert half(4) == 2", points=1.0),
    Cell("", "locked", "print(half(3))"),
]


@pytest.mark.parametrize(
    ("place", "source", "decides"),
    [
        (0, "import torch, math", True),
        (1, "# Section one", False),
        (2, 'def half(x):\n    """The half."""\n    return x / 2', False),
        (2, 'def half(x):\n    """Half of it."""\n    return x // 2  # exact', True),
        (3, "assert half(4) == 2, 'two'", True),
        (4, "print(half(5))", False),
    ],
)
def test_a_text_decides_no_verdict_and_a_changed_code_may(place: int, source: str, decides: bool) -> None:
    changed = [*CELLS[:place], replace(CELLS[place], source=source), *CELLS[place + 1 :]]
    assert (decisive(changed) != decisive(CELLS)) == decides


def test_points_decide() -> None:
    assert decisive([*CELLS[:3], replace(CELLS[3], points=2.0)]) != decisive(CELLS)


def test_a_cell_in_another_syntax_decides_as_it_is() -> None:
    assert without_words("%time f()") == "%time f()"
