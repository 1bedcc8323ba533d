"""Parameters computed from others are found, whichever tool computes them."""

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, prune

from compresslab.errors import InputError
from compresslab.hidden_weights import computed_parameters, require_plain_parameters
from compresslab.pruning import attach_masks


def own_mask(layer: nn.Linear) -> nn.Module:
    return attach_masks(layer, {"weight": torch.ones(3, 4, dtype=torch.bool)})


def torch_mask(layer: nn.Linear) -> nn.Module:
    return prune.l1_unstructured(layer, "weight", amount=0.5)


@pytest.mark.parametrize(
    "compute",
    [own_mask, torch_mask, parametrizations.weight_norm, parametrizations.spectral_norm, nn.utils.spectral_norm],
    ids=["mask", "torch_mask", "weight_norm", "spectral_norm", "spectral_norm_hook"],
)
def test_every_tool_that_computes_a_weight_is_seen(compute) -> None:
    model = nn.Sequential(nn.Linear(4, 4), compute(nn.Linear(4, 3)))
    assert computed_parameters(model) == ["1.weight"]
    with pytest.raises(InputError, match=r"1\.weight.*testing.*make_permanent"):
        require_plain_parameters(model, purpose="testing")


def test_an_ordinary_model_has_none() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.MultiheadAttention(4, 2))
    assert computed_parameters(model) == []
    require_plain_parameters(model, purpose="testing")
