"""Thresholds and tie counts, parametrize-free masking by a choice, NumPy and counts instead of shares."""

import numpy as np
import torch
from torch import nn


def magnitude_mask(weight, sparsity):
    if sparsity != sparsity or sparsity < 0 or sparsity > 1:
        raise ValueError("not a share")
    total = weight.numel()
    count = int(np.floor(sparsity * total + 0.5))
    flat = weight.detach().abs().flatten()
    if count == 0:
        return torch.ones(weight.shape, dtype=torch.bool)
    threshold = flat.kthvalue(count).values
    ties = flat == threshold
    spared = ties & (ties.cumsum(0) > count - (flat < threshold).sum())
    return ((flat > threshold) | spared).view(weight.shape)


def layer_masks(model, sparsity):
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    found = [m for m in model.modules() if isinstance(m, nn.Linear | nn.Conv2d)]
    return {names[id(m.weight)]: magnitude_mask(m.weight, sparsity) for m in found}


def masked_step(model, optimizer, masks, x, y):
    model.zero_grad()
    loss = nn.CrossEntropyLoss()(model(x), y)
    loss.backward()
    optimizer.step()
    for name, mask in masks.items():
        parameter = model.get_parameter(name)
        parameter.data = torch.where(mask, parameter.data, 0.0)
    return loss.detach()


def model_sparsity(model):
    def share(named):
        seen = {id(tensor): tensor.detach().numpy() for tensor in named}
        zeros = sum((array == 0).sum() for array in seen.values())
        total = sum(array.size for array in seen.values())
        return zeros / total if total else np.float64(0)

    linear = [m.weight for m in model.modules() if isinstance(m, nn.Linear)]
    convolution = [m.weight for m in model.modules() if isinstance(m, nn.Conv2d)]
    return {"model": share(model.parameters()), "weights": share(linear + convolution)}


def zero_shares(layer, x):
    outputs = layer(x).detach().clamp(min=0).reshape(len(x), -1)
    per_place = (outputs != 0).sum(0)
    return {
        "outputs": torch.tensor([float((row == 0).float().mean()) for row in outputs]),
        "always": float((per_place == 0).float().mean()),
        "weight": float((layer.weight.detach() == 0).float().mean()),
    }


def csr_bytes(weight, *, index_bits=32):
    matrix = weight.reshape(weight.shape[0], -1)
    lists = int((matrix != 0).sum()), len(matrix) + 1
    return sum(lists) * (index_bits // 8) + lists[0] * weight.dtype.itemsize


def break_even_sparsity(rows, columns, form, *, value_bits=32, index_bits=32):
    if form == "bitmask":
        return 1 / value_bits
    if form == "coo":
        return 1 - value_bits / (value_bits + 2 * index_bits)
    places = rows * columns
    return 1 - (places * value_bits - index_bits * (rows + 1)) / (places * (value_bits + index_bits))
