"""Layers are swapped by `setattr`, the parameter put back as the object that it was; moves are taken by `sorted`."""

import math
from statistics import NormalDist

import torch
from torch import nn


def scan(model, names, change, evaluate):
    layers = {
        path: layer
        for path, layer in model.named_modules()
        if path in names and isinstance(getattr(layer, "weight", None), torch.Tensor)
    }
    missing = [name for name in names if name not in layers]
    if missing:
        raise ValueError(f"no layers with a weight: {missing}")
    loss, rises = evaluate(model), {}
    for name in names:
        layer, own = layers[name], layers[name].weight
        try:
            new = change(own.detach().clone()).detach().clone()
            layer.weight = nn.Parameter(new, requires_grad=own.requires_grad)
            rises[name] = evaluate(model) - loss
        finally:
            layer.weight = own
    return rises


def allocate(options, budget):
    if any(not choices or any(not math.isfinite(loss) for _, loss in choices) for choices in options.values()):
        raise ValueError("options")
    state = {
        name: max(range(len(choices)), key=lambda place, of=choices: (of[place][0], -of[place][1], -place))
        for name, choices in options.items()
    }
    rank = {name: number for number, name in enumerate(options)}
    while sum(options[name][state[name]][0] for name in options) > budget:
        moves = sorted(
            (
                (options[name][place][1] - options[name][state[name]][1])
                / (options[name][state[name]][0] - options[name][place][0]),
                options[name][place][0] - options[name][state[name]][0],
                rank[name],
                place,
                name,
            )
            for name in options
            for place in range(len(options[name]))
            if options[name][place][0] < options[name][state[name]][0]
        )
        if not moves:
            raise ValueError("unreachable")
        state[moves[0][-1]] = moves[0][-2]
    return state


def search_ratio(stored, target, *, tolerance, max_calls):
    sizes = {}

    def fits(ratio):
        sizes[ratio] = stored(ratio)
        return sizes[ratio] <= target

    if fits(0.0):
        return 0.0, sizes[0.0]
    if not fits(1.0):
        raise ValueError("unreachable")
    step, high = 1.0, 1.0
    while sizes[high] + tolerance < target and len(sizes) < max_calls:
        step /= 2
        if fits(high - step):
            high -= step
    return high, sizes[high]


def guard(labels, before, after, *, tolerance, confidence=0.95):
    if labels.shape != before.shape or before.shape != after.shape or not labels.numel():
        raise ValueError("labels, before and after")
    was, now = before.eq(labels), after.eq(labels)
    fixed, broken = (now & ~was).sum().item(), (was & ~now).sum().item()
    n = was.numel() + 2
    d = (fixed - broken) / n
    s = ((fixed + broken + 1) * n - (fixed - broken) ** 2) ** 0.5 / n**1.5
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    return {
        "fixed": fixed, "broken": broken, "change": now.double().mean().item() - was.double().mean().item(),
        "low": d - z * s, "high": d + z * s, "accept": d - z * s + tolerance > 0,
    }  # fmt: skip
