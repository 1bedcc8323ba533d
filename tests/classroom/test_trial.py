import pytest
import torch

from classroom.checks.trial import EDGES, seeded, trials


def drawn(count: int) -> list[tuple[int, list[float]]]:
    return [(trial.integer(0, 10**9), trial.tensor(3).tolist()) for trial in trials(count)]


def test_trials_differ_from_each_other_and_from_run_to_run() -> None:
    one, other = drawn(5), drawn(5)
    assert len({str(each) for each in one + other}) == 10


def test_a_seed_repeats_them_but_not_within_one_check() -> None:
    with seeded(3):
        first, second = drawn(2), drawn(2)
    with seeded(3):
        assert drawn(2) == first
    with seeded("3 other_check"):
        assert drawn(2) != first
    assert first != second


def test_edges_come_first_and_once() -> None:
    found = {trial.edge: trial.tensor(4, 3) for trial in trials(1, edges=EDGES)}
    assert list(found) == [*EDGES, ""]
    assert found["single"].shape == (1, 1)
    assert found["empty"].shape == (0, 3)
    assert found["constant"].unique().numel() == 1
    assert found["zeros"].count_nonzero() == 0
    assert 1 < found["ties"].unique().numel() <= 3
    assert not found["strided"].is_contiguous() and not found["strided"].t().is_contiguous()
    with pytest.raises(RuntimeError, match="view"):
        found["strided"].view(-1)
    assert found[""].shape == (4, 3)
    with pytest.raises(ValueError, match="unknown edges"):
        next(trials(edges=["huge"]))


def test_values_stay_in_their_range_whatever_the_type() -> None:
    for trial in trials(20, edges=("ties", "strided", "constant")):
        for dtype in (torch.float16, torch.float32, torch.int64, torch.int8):
            made = trial.tensor(*trial.shape(3), low=-2, high=5, dtype=dtype)
            assert made.dtype == dtype
            assert -2 <= made.min() <= made.max() <= 5
    assert {trial.integer(0, 1) for trial in trials(60)} == {0, 1}
    assert {trial.choice("ab") for trial in trials(60)} == {"a", "b"}
