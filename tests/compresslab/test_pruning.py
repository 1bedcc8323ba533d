"""Magnitude pruning against a sort in numpy, and masks that survive what optimizers do."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from compresslab.cost import prunable_weights, sparsity
from compresslab.data import Batch
from compresslab.errors import InputError
from compresslab.models import resnet18, small_cnn
from compresslab.pruning import (
    activation_scores,
    apply_masks,
    global_magnitude_masks,
    keep_masked,
    make_permanent,
    masks_of_zeros,
    prune_by_scores,
    prune_global_magnitude,
    prune_n_m,
    rewind,
)


def two_layers(values: list[float]) -> nn.Module:
    """Two bias-free linear layers whose weights, one after the other, are `values`."""
    cut = len(values) // 2
    model = nn.Sequential(nn.Linear(cut, 1, bias=False), nn.Linear(len(values) - cut, 1, bias=False))
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor([values[:cut]]))
        model[1].weight.copy_(torch.tensor([values[cut:]]))
    return model


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(-3, 3).map(float), min_size=2, max_size=40), st.floats(0, 1))
def test_the_smallest_go_first_and_the_count_is_exact_even_with_ties(values: list[float], share: float) -> None:
    masks = global_magnitude_masks(two_layers(values), sparsity=share)
    kept = torch.cat([mask.flatten() for mask in masks.values()]).numpy()
    removed = np.argsort(np.abs(values), kind="stable")[: round(share * len(values))]
    expected = np.ones(len(values), dtype=bool)
    expected[removed] = False
    np.testing.assert_array_equal(kept, expected)


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9, 1.0])
def test_the_threshold_is_one_for_the_whole_network(share: float) -> None:
    model = resnet18(width=4).to(memory_format=torch.channels_last)
    before = {name: weight.detach().clone() for name, weight in prunable_weights(model)}
    pruned = prune_global_magnitude(model, sparsity=share)
    magnitudes = np.sort(np.concatenate([w.abs().numpy().ravel() for w in before.values()]))
    remove = round(share * len(magnitudes))
    assert sparsity(pruned).zero_weights == remove
    threshold = magnitudes[remove - 1] if remove else -1.0
    for name, weight in prunable_weights(pruned):
        assert torch.equal(weight, torch.where(before[name].abs() > threshold, before[name], 0.0))
    assert all(torch.equal(weight, before[name]) for name, weight in prunable_weights(model)), "input was modified"


def test_pruning_counts_the_zeros_that_are_there() -> None:
    model = prune_global_magnitude(small_cnn(), sparsity=0.5)
    again = prune_global_magnitude(model, sparsity=0.8)
    assert sparsity(again).zero_weights == round(0.8 * sparsity(model).weight_count)


@pytest.mark.parametrize(
    "make",
    [
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.1, nesterov=True),
        lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.1),
    ],
    ids=["SGD", "AdamW"],
)
def test_zeros_stay_zero_through_momentum_and_weight_decay(make) -> None:
    torch.manual_seed(0)
    dense = small_cnn(width=4)
    optimizer = make(dense.parameters())
    images, labels = torch.randn(8, 1, 8, 8), torch.randint(10, (8,))

    def step(model: nn.Module) -> None:
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(images), labels).backward()
        optimizer.step()

    step(dense)  # fills the momentum of weights that are pruned next
    masks = global_magnitude_masks(dense, sparsity=0.8)
    reapply = keep_masked(masks)
    reapply(dense)
    step(dense)
    moved = sum(int((dense.get_parameter(name)[~mask] != 0).sum()) for name, mask in masks.items())
    assert moved > 0, "the optimizer must be able to revive weights, or this test shows nothing"
    for _ in range(3):
        reapply(dense)
        assert all((dense.get_parameter(name)[~mask] == 0).all() for name, mask in masks.items())
        step(dense)


def test_a_mask_clears_nan_and_leaves_no_negative_zero() -> None:
    model = two_layers([-1.0, float("nan"), 2.0, float("inf")])
    masks = {"0.weight": torch.tensor([[False, False]]), "1.weight": torch.tensor([[True, False]])}
    pruned = apply_masks(model, masks)
    assert pruned[0].weight.signbit().sum() == 0 and torch.equal(pruned[0].weight, torch.zeros(1, 2))
    assert torch.equal(pruned[1].weight, torch.tensor([[2.0, 0.0]]))
    assert masks_of_zeros(pruned)["1.weight"].tolist() == [[True, False]]


def test_pruning_by_scores_takes_any_scores() -> None:
    model = two_layers([1.0, 2.0, 3.0, 4.0])
    scores = {"0.weight": torch.tensor([[9.0, 1.0]]), "1.weight": torch.tensor([[2.0, 9.0]])}
    pruned = prune_by_scores(model, scores, sparsity=0.5)
    assert pruned[0].weight.tolist() == [[1, 0]] and pruned[1].weight.tolist() == [[0, 4]]
    scores["1.weight"] = torch.tensor([[7.0, 8.0]])
    assert prune_by_scores(model, scores, sparsity=0.5)[1].weight.tolist() == [[0, 4]]
    assert prune_by_scores(model, scores, sparsity=0.5, scope="layer")[1].weight.tolist() == [[0, 4]]
    assert prune_by_scores(model, scores, sparsity=0.5, protect=["0.weight"])[0].weight.tolist() == [[1, 2]]
    with pytest.raises(InputError, match=r"shape \(1, 1\).*\(1, 2\)"):
        prune_by_scores(model, {"0.weight": torch.ones(1, 1)}, sparsity=0.5)


def test_a_weight_shared_with_an_embedding_is_masked_under_its_own_name() -> None:
    model = nn.Sequential(nn.Embedding(5, 4), nn.Linear(4, 5, bias=False))
    model[1].weight = model[0].weight
    pruned = prune_global_magnitude(model, sparsity=0.5)
    assert int((pruned[0].weight == 0).sum()) == 10 and pruned[0].weight is pruned[1].weight


def test_bad_input_is_named() -> None:
    model = two_layers([1.0, 2.0, 3.0, 4.0])
    for share in (-0.1, 1.1, float("nan")):
        with pytest.raises(InputError, match=f"sparsity={share}"):
            prune_global_magnitude(model, sparsity=share)
    with pytest.raises(InputError, match="no convolution or linear layer"):
        prune_global_magnitude(nn.ReLU(), sparsity=0.5)
    with pytest.raises(InputError, match=r"'1\.weight' contains NaN"):
        prune_global_magnitude(two_layers([1.0, 2.0, 3.0, float("nan")]), sparsity=0.5)
    with pytest.raises(InputError, match="'absent' names no parameter"):
        apply_masks(model, {"absent": torch.ones(1, dtype=torch.bool)})
    with pytest.raises(InputError, match=r"'0\.weight' is torch\.float32: expected torch\.bool"):
        apply_masks(model, {"0.weight": torch.ones(1, 2)})
    with pytest.raises(InputError, match=r"shape \(1, 3\).*\(1, 2\)"):
        apply_masks(model, {"0.weight": torch.ones(1, 3, dtype=torch.bool)})


@pytest.mark.parametrize(
    "technique",
    [
        lambda model: prune_global_magnitude(model, sparsity=0.5),
        lambda model: prune_n_m(model),
        lambda model: apply_masks(model, {"bias": torch.ones(4, dtype=torch.bool)}),
        lambda model: rewind(model, {}, {}),
    ],
    ids=["magnitude", "n_m", "apply", "rewind"],
)
def test_a_model_pruned_by_torch_and_run_once_is_refused_with_the_remedy(technique) -> None:
    model = nn.Linear(4, 4)
    torch.nn.utils.prune.l1_unstructured(model, "weight", 0.5)
    model(torch.zeros(1, 4))
    with pytest.raises(InputError, match=r"weight computed from other tensors.*make_permanent"):
        technique(model)
    technique_result = prune_global_magnitude(make_permanent(model), sparsity=0.75)
    assert sparsity(technique_result).zero_weights == 12


def test_all_of_an_encoder_layers_weights_and_transposed_convolutions_are_pruned() -> None:
    layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
    matrices = [p for p in layer.parameters() if p.ndim == 2]
    pruned = sparsity(prune_global_magnitude(layer, sparsity=0.5))
    assert pruned.weight_count == sum(p.numel() for p in matrices) == 2048
    assert pruned.zero_weights == 1024
    with pytest.raises(InputError, match="'self_attn' is a MultiheadAttention"):
        activation_scores(layer, [])
    transposed = nn.Sequential(nn.ConvTranspose2d(4, 6, 3, groups=2), nn.Conv2d(6, 4, 1))
    assert sparsity(prune_global_magnitude(transposed, sparsity=0.5)).zero_weights == (4 * 3 * 9 + 24) // 2
    with pytest.raises(InputError, match=r"'0\.weight' is of a transposed convolution.*skip"):
        prune_n_m(transposed)


def test_activation_scores_of_a_transposed_convolution_use_the_channel_that_a_weight_reads() -> None:
    torch.manual_seed(0)
    model, images = nn.ConvTranspose2d(4, 6, 3, groups=2), torch.randn(5, 4, 3, 3)
    scores = activation_scores(model, [Batch(images, torch.zeros(5), torch.arange(5))])["weight"]
    for channel in range(4):
        expected = model.weight[channel].detach().abs() * images[:, channel].norm()
        torch.testing.assert_close(scores[channel], expected)
