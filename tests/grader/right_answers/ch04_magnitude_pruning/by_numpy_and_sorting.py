"""Sorted lists of places, NumPy's arithmetic, and masks that multiply."""

import copy
import math

import numpy as np
import torch


def _smallest(places, values, count):
    chosen = sorted(places, key=lambda where: values[where])[:count]
    return set(chosen)


def global_masks(state, sparsity):
    weights = {name: tensor.detach().double().numpy() for name, tensor in state.items() if tensor.dim() >= 2}
    values = {(name, index): abs(value) for name, array in weights.items() for index, value in np.ndenumerate(array)}
    gone = _smallest(values, values, round(sparsity * len(values)))
    masks = {name: torch.ones(array.shape, dtype=torch.bool) for name, array in weights.items()}
    for name, index in gone:
        masks[name][index] = False
    return masks


def step_fraction(sparsity, rounds):
    return 1.0 if sparsity == 1 else -math.expm1(math.log1p(-sparsity) / rounds)


def cubic_sparsity(step, *, start, steps, initial, final):
    done = float(np.clip((step - start) / steps, 0, 1))
    return initial + (final - initial) * (1 - (1 - done) ** 3)


def prune_further(state, masks, fraction):
    values = {}
    for name, mask in masks.items():
        for index in map(tuple, mask.nonzero().tolist()):
            values[name, index] = abs(state[name][index].item())
    new = {name: mask.clone() for name, mask in masks.items()}
    for name, index in _smallest(values, values, round(fraction * len(values))):
        new[name][index] = False
    return new


def rewind(saved, masks):
    state = {name: tensor.detach().clone() for name, tensor in saved.items()}
    for name, mask in masks.items():
        state[name][~mask] = 0
    return state


def dense_control(model, train, rounds):
    dense = copy.deepcopy(model)
    train(dense)
    while rounds:
        train(dense)
        rounds -= 1
    return dense


class _Hold:
    def __init__(self, masks):
        self.masks = masks

    def __call__(self, model):
        for name, mask in self.masks.items():
            parameter = model.get_parameter(name)
            parameter.data = parameter.data * mask


def prune_iteratively(model, train, *, sparsity, rounds, rewound=False):
    first = copy.deepcopy(model.state_dict())
    pruned = copy.deepcopy(model)
    train(pruned)
    masks = global_masks(dict(model.named_parameters()), 0.0)
    for _ in range(rounds):
        masks = prune_further(pruned.state_dict(), masks, step_fraction(sparsity, rounds))
        if rewound:
            pruned.load_state_dict(first)
        hold = _Hold(masks)
        hold(pruned)
        train(pruned, after_step=hold)
    return pruned
