"""Thresholds against a stable sort in numpy: exact counts, ties, every dtype, any size, in little memory."""

import json
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.profiler import ProfilerActivity, profile

from compresslab.cost import state_bytes
from compresslab.errors import InputError
from compresslab.pruning import (
    global_magnitude_masks,
    keep_masked,
    masks_from_scores,
    prune_global_magnitude,
    scopes,
)

DTYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


def kept(masks: dict[str, Tensor]) -> np.ndarray:
    return torch.cat([mask.flatten() for mask in masks.values()]).numpy()


def kept_by_sorting(scores: list[Tensor], share: float) -> np.ndarray:
    values = np.concatenate([score.double().numpy().ravel() for score in scores])
    expected = np.ones(len(values), dtype=bool)
    expected[np.argsort(values, kind="stable")[: round(share * len(values))]] = False
    return expected


# Few distinct values for ties, any float for the rest; zero with both signs, infinity, and the smallest floats.
numbers = st.one_of(
    st.sampled_from([-1.0, -0.0, 0.0, 1.0, float("inf"), float("-inf"), 5e-324, -5e-324]),
    st.floats(allow_nan=False),
)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.tuples(st.lists(numbers, max_size=12), st.sampled_from(DTYPES)), min_size=1, max_size=4),
    st.floats(0, 1),
    st.sampled_from([1, 2, 5, 2**18]),
)
def test_global_masks_are_those_of_a_stable_sort(tensors, share: float, piece: int) -> None:
    scores = {f"layer{i}": torch.tensor(values, dtype=dtype) for i, (values, dtype) in enumerate(tensors)}
    with patch.object(scopes, "_PIECE", piece):  # small, so that these few scores are bisected as millions would be
        masks = masks_from_scores(scores, sparsity=share)
    np.testing.assert_array_equal(kept(masks), kept_by_sorting(list(scores.values()), share))


@settings(deadline=None, max_examples=100)
@given(st.lists(st.lists(numbers, min_size=1, max_size=12), min_size=1, max_size=4), st.floats(0, 1))
def test_layer_masks_are_those_of_a_stable_sort_in_each_layer(tensors, share: float) -> None:
    scores = {f"layer{i}": torch.tensor(values) for i, values in enumerate(tensors)}
    masks = masks_from_scores(scores, sparsity=share, scope="layer")
    for name, score in scores.items():
        np.testing.assert_array_equal(masks[name].numpy(), kept_by_sorting([score], share))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("share", [0.0, 1e-5, 0.3, 0.97, 1.0])
def test_a_million_scores_are_bisected_to_the_same_masks(share: float, dtype: torch.dtype) -> None:
    random = torch.Generator().manual_seed(0)
    scores = {
        "a": torch.randn(900, 700, generator=random).to(dtype),
        "b": torch.randn(9, 9, generator=random).to(dtype),
    }
    scores["a"][::3] = 0  # a third of all are tied
    masks = masks_from_scores(scores, sparsity=share)
    np.testing.assert_array_equal(kept(masks), kept_by_sorting(list(scores.values()), share))


@pytest.mark.parametrize("scope", ["global", "layer"])
def test_more_weights_than_torch_quantile_took(scope: str) -> None:
    score = torch.rand(4097, 4097, generator=torch.Generator().manual_seed(0))
    assert score.numel() > 2**24
    mask = masks_from_scores({"layer": score}, sparsity=0.9, scope=scope)["layer"]
    remove = round(0.9 * score.numel())
    threshold = np.partition(score.numpy().ravel(), remove - 1)[remove - 1]
    assert int(mask.logical_not().sum()) == remove
    assert score[~mask].max() == threshold
    assert score[mask].min() >= threshold


def peak_bytes(call: Callable[[], object], trace: Path) -> int:
    """The most memory that `call` held at once, by the profiler's count of every allocation."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        result = call()  # kept until the profiler has closed its books
    profiler.export_chrome_trace(str(trace))
    del result
    events = [e for e in json.loads(trace.read_text())["traceEvents"] if e["name"] == "[memory]"]
    held = list(accumulate(event["args"]["Bytes"] for event in sorted(events, key=lambda event: event["ts"])))
    return max(held)


NETWORKS = {
    "one layer": lambda: nn.Linear(2048, 2048, bias=False),
    "many layers": lambda: nn.Sequential(*(nn.Linear(512, 512, bias=False) for _ in range(16))),
    "channels last": lambda: nn.Conv2d(512, 512, 4, bias=False).to(memory_format=torch.channels_last),
}


@pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("ties", [False, True], ids=["random", "mostly ties"])
@pytest.mark.parametrize("prune", [global_magnitude_masks, prune_global_magnitude])
def test_a_threshold_takes_less_than_twice_the_weights_memory(prune, ties: bool, make, tmp_path: Path) -> None:
    model = make()
    if ties:
        keep_masked({name: torch.rand_like(weight) < 0.2 for name, weight in model.named_parameters()})(model)
    weights = state_bytes(model)
    peak = peak_bytes(lambda: prune(model, sparsity=0.5), tmp_path / "trace.json")
    assert 1.25 * weights <= peak < 2 * weights  # magnitudes and masks, or masks and the copy, are 1.25
    sorting = peak_bytes(lambda: torch.cat([w.abs().flatten() for w in model.parameters()]).kthvalue(9), tmp_path / "t")
    assert sorting > 2 * weights, "the plain way would do as well, or this measures nothing"


def test_a_layout_other_than_the_rows_changes_nothing() -> None:
    score = torch.randint(3, (5, 4, 3, 3)).float()
    plain = masks_from_scores({"a": score}, sparsity=0.6)["a"]
    assert torch.equal(masks_from_scores({"a": score.to(memory_format=torch.channels_last)}, sparsity=0.6)["a"], plain)
    every_other = torch.stack([score, score], dim=-1)[..., 0]
    assert torch.equal(masks_from_scores({"a": every_other}, sparsity=0.6)["a"], plain)


def test_protected_weights_stay_and_are_not_counted() -> None:
    scores = {"a": torch.tensor([1.0, 2.0]), "head": torch.zeros(10), "b": torch.tensor([3.0, 4.0])}
    masks = masks_from_scores(scores, sparsity=0.5, protect=["head"])
    assert list(masks) == ["a", "head", "b"]
    assert {name: mask.tolist() for name, mask in masks.items()} == {
        "a": [False, False],
        "head": [True] * 10,
        "b": [True, True],
    }


def test_scores_are_not_changed_even_when_they_learn() -> None:
    score = torch.randn(100, requires_grad=True)
    before = score.detach().clone()
    mask = masks_from_scores({"a": score}, sparsity=0.5)["a"]
    assert torch.equal(score, before) and not mask.requires_grad


def test_bad_input_is_named() -> None:
    scores = {"a": torch.ones(4)}
    for share in (-0.1, 1.1, float("nan")):
        with pytest.raises(InputError, match=f"sparsity={share}"):
            masks_from_scores(scores, sparsity=share)
    with pytest.raises(InputError, match="scope='row'"):
        masks_from_scores(scores, sparsity=0.5, scope="row")
    with pytest.raises(InputError, match=r"'b' contains NaN"):
        masks_from_scores({"a": torch.ones(2), "b": torch.tensor([1.0, float("nan")])}, sparsity=0.5)
    with pytest.raises(InputError, match=r"'a' is torch\.int64"):
        masks_from_scores({"a": torch.arange(3)}, sparsity=0.5)
    with pytest.raises(InputError, match=r"protect names 'c'.*choose from a"):
        masks_from_scores(scores, sparsity=0.5, protect=("c",))
    for nothing, protect in (({}, ()), (scores, ("a",))):
        with pytest.raises(InputError, match="no weight is left"):
            masks_from_scores(nothing, sparsity=0.5, protect=protect)
