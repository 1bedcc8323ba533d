"""N:M masks against a loop over every run of m inputs."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from compresslab.errors import InputError
from compresslab.models import resnet18, tiny_vit
from compresslab.pruning import magnitude_scores, n_m_masks, prune_n_m


def by_hand(score: np.ndarray, n: int, m: int) -> np.ndarray:
    keep = np.zeros(score.shape, dtype=bool)
    for out in range(score.shape[0]):
        for place in np.ndindex(score.shape[2:]):
            for run in range(0, score.shape[1], m):
                inputs = sorted(range(run, run + m), key=lambda i: (-score[(out, i, *place)], i))[:n]
                for i in inputs:
                    keep[(out, i, *place)] = True
    return keep


@settings(deadline=None)
@given(
    st.sampled_from([(1, 2), (2, 4), (4, 4), (1, 1), (3, 8)]), st.sampled_from([(), (3,), (3, 2)]), st.integers(0, 99)
)
def test_the_n_largest_of_every_m_inputs_stay_and_of_equals_the_first(pattern, kernel, seed: int) -> None:
    n, m = pattern
    score = np.random.default_rng(seed).integers(-2, 3, (3, 2 * m, *kernel)).astype(np.float32)
    masks = n_m_masks({"layer": torch.from_numpy(score)}, n=n, m=m)
    np.testing.assert_array_equal(masks["layer"].numpy(), by_hand(score, n, m))


def test_a_two_four_model_has_two_of_four_and_the_largest() -> None:
    model = tiny_vit(channels=4)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    pruned = prune_n_m(model)
    for name, score in magnitude_scores(pruned).items():
        runs = score.movedim(1, -1).unflatten(-1, (-1, 4))
        assert ((runs != 0).sum(-1) == 2).all()
        assert torch.equal(
            runs.sum(-1), before[name].abs().movedim(1, -1).unflatten(-1, (-1, 4)).topk(2).values.sum(-1)
        )
    assert all(torch.equal(p, before[name]) for name, p in model.named_parameters()), "input was modified"


def test_layers_that_do_not_divide_must_be_named() -> None:
    model = resnet18(width=4)
    with pytest.raises(InputError, match=r"'conv1\.weight', of shape \(4, 3, 3, 3\).*m=4"):
        prune_n_m(model)
    pruned = prune_n_m(model, skip=["conv1.weight"])
    assert torch.equal(pruned.conv1.weight, model.conv1.weight)
    assert float((pruned.layer1[0].conv1.weight == 0).float().mean()) == 0.5
    with pytest.raises(InputError, match=r"skip names 'conv9\.weight'"):
        prune_n_m(model, skip=["conv9.weight"])


def test_bad_input_is_named() -> None:
    score = {"layer": torch.ones(2, 4)}
    for n, m in ((0, 4), (5, 4), (-1, -1)):
        with pytest.raises(InputError, match=f"={n if m > 0 else m} must be a whole number"):
            n_m_masks(score, n=n, m=m)
    with pytest.raises(InputError, match="'layer' contains NaN"):
        n_m_masks({"layer": torch.full((2, 4), float("nan"))})
    with pytest.raises(InputError, match=r"'layer', of shape \(4,\)"):
        n_m_masks({"layer": torch.ones(4)})
    with pytest.raises(InputError, match="no convolution or linear layer"):
        prune_n_m(nn.ReLU())
