"""Thresholds with a count of ties, kthvalue, and a new copy of the model in every round."""

import copy

import torch


def _keep_largest(magnitudes, there, remove):
    """Of a long vector: the smallest `remove` of those that are there go, the first of equal ones first."""
    keep = there.clone()
    if remove:
        threshold = magnitudes[there].kthvalue(remove).values
        keep &= magnitudes >= threshold
        missing = remove - int(there.sum() - keep.sum())
        ties = (keep & (magnitudes == threshold)).nonzero().flatten()
        keep[ties[:missing]] = False
    return keep


def global_masks(state, sparsity):
    masks = {name: torch.full_like(tensor, True, dtype=torch.bool) for name, tensor in state.items() if tensor.ndim > 1}
    return _pruned_further(state, masks, sparsity)


def step_fraction(sparsity, rounds):
    left = (1 - sparsity) ** (1.0 / rounds)
    return 1.0 - left


def cubic_sparsity(step, *, start, steps, initial, final):
    if step <= start:
        return initial
    if step >= start + steps:
        return final
    return final - (final - initial) * ((start + steps - step) / steps) ** 3


def prune_further(state, masks, fraction):
    return _pruned_further(state, masks, fraction)


def _pruned_further(state, masks, fraction):
    there = torch.cat([masks[name].reshape(-1) for name in masks])
    magnitudes = torch.cat([state[name].detach().abs().reshape(-1) for name in masks])
    keep = _keep_largest(magnitudes, there, round(fraction * int(there.sum())))
    new, at = {}, 0
    for name, mask in masks.items():
        new[name] = keep[at : at + mask.numel()].reshape(mask.shape).clone()
        at += mask.numel()
    return new


def rewind(saved, masks):
    state = dict(saved)
    for name, mask in masks.items():
        state[name] = torch.where(mask, saved[name], torch.zeros_like(saved[name]))
    return state


def dense_control(model, train, rounds):
    dense = copy.deepcopy(model)
    for training in [train] * rounds + [train]:
        training(dense, after_step=lambda _model: None)
    return dense


def prune_iteratively(model, train, *, sparsity, rounds, rewound=False):
    current = copy.deepcopy(model)
    train(current)
    masks = None
    for _ in range(rounds):
        if masks is None:
            masks = global_masks(dict(current.named_parameters()), step_fraction(sparsity, rounds))
        else:
            masks = prune_further(current.state_dict(), masks, step_fraction(sparsity, rounds))
        state = rewind((model if rewound else current).state_dict(), masks)
        current = copy.deepcopy(model)
        current.load_state_dict(state)

        def hold(trained, masks=masks):
            trained.load_state_dict(rewind(trained.state_dict(), masks))
            for name, parameter in trained.named_parameters():
                if name in masks and parameter.grad is not None:
                    parameter.grad[~masks[name]] = 0

        train(current, hold)
    return current
