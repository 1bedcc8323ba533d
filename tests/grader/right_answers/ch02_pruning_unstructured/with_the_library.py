"""PyTorch's own pruning and sparse tensors, and the course's library, where they have the function."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parameters_to_vector

from compresslab import cost, weights
from compresslab.pruning import global_magnitude_masks, keep_masked


def magnitude_mask(weight, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError(f"sparsity={sparsity}")
    layer = nn.Linear(weight.numel(), 1, bias=False, dtype=weight.dtype)
    layer.weight = nn.Parameter(weight.detach().reshape(1, -1).contiguous())
    (mask,) = global_magnitude_masks(layer, sparsity=sparsity).values()
    return mask.reshape(weight.shape)


def layer_masks(model, sparsity):
    kinds = (nn.Linear, nn.Conv2d)  # the library takes other convolutions, too
    return {
        name: magnitude_mask(weight, sparsity)
        for name, weight in cost.prunable_weights(model)
        if name.rpartition(".")[2] == "weight" and isinstance(model.get_submodule(name.rpartition(".")[0]), kinds)
    }


def masked_step(model, optimizer, masks, x, y):
    optimizer.zero_grad(set_to_none=False)
    loss = -F.log_softmax(model(x), dim=1)[torch.arange(len(y)), y].mean()
    loss.backward()
    optimizer.step()
    keep_masked(masks)(model)
    return float(loss)


def model_sparsity(model):
    found = cost.sparsity(model)
    layers = cost.sparsity(nn.ModuleList(part for part in model.modules() if isinstance(part, nn.Linear | nn.Conv2d)))
    return {
        "weights": layers.weights if layers.weight_count else 0,
        "model": found.model if found.parameter_count else 0,
    }


def zero_shares(layer, x):
    with torch.inference_mode():
        zeros = layer(x).relu_().flatten(1).eq(0)
    common = zeros[0]
    for row in zeros:
        common = common & row
    return {
        "weight": 1 - float(parameters_to_vector([layer.weight]).count_nonzero()) / layer.weight.numel(),
        "outputs": zeros.sum(1) / zeros.shape[1],
        "always": common.sum().item() / common.numel(),
    }


def csr_bytes(weight, *, index_bits=32):
    return weights.csr_bytes(weight, index_bits=index_bits)


def break_even_sparsity(rows, columns, form, *, value_bits=32, index_bits=32):
    return weights.break_even_sparsity(rows, columns, form, value_bits=value_bits, index_bits=index_bits)
