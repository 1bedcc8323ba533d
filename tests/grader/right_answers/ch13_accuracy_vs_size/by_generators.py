"""A context manager for a changed layer; exact fractions for prices; a table of brackets; masks in one pass."""

import contextlib
import math
from statistics import NormalDist

import torch


@contextlib.contextmanager
def changed(layer, change):
    own = layer.weight
    values = own.detach().clone(memory_format=torch.preserve_format)
    try:
        own.detach().copy_(change(values.clone()))
        yield
    finally:
        own.detach().copy_(values)


def scan(model, names, change, evaluate):
    layers = [dict(model.named_modules()).get(name) for name in names]
    if not all(isinstance(getattr(layer, "weight", None), torch.Tensor) for layer in layers):
        raise ValueError(f"{names}: one is no layer with a weight")
    reference = evaluate(model)
    rises = []
    for layer in layers:
        with changed(layer, change):
            rises.append(evaluate(model) - reference)
    return dict(zip(names, rises, strict=True))


def allocate(options, budget):
    if any(not choices for choices in options.values()):
        raise ValueError("a layer without options")
    if any(math.isnan(loss) or math.isinf(loss) for choices in options.values() for _, loss in choices):
        raise ValueError("NaN or infinity")
    if budget < sum(min(size for size, _ in choices) for choices in options.values()):
        raise ValueError("unreachable")
    picked = {
        name: min((-size, loss, place) for place, (size, loss) in enumerate(choices))[2]
        for name, choices in options.items()
    }
    spent = sum(options[name][place][0] for name, place in picked.items())
    while spent > budget:
        best = None
        for name, choices in options.items():
            size, loss = choices[picked[name]]
            for place, (other_size, other_loss) in enumerate(choices):
                if other_size >= size:
                    continue
                saved = size - other_size
                price = (other_loss - loss) / saved
                if best is None or price < best[0] or (price == best[0] and saved > best[1]):
                    best = price, saved, name, place
        picked[best[2]] = best[3]
        spent -= best[1]
    return picked


def search_ratio(stored, target, *, tolerance, max_calls):
    asked = [(0.0, stored(0.0))]
    if asked[0][1] <= target:
        return asked[0]
    asked.append((1.0, stored(1.0)))
    if asked[1][1] > target:
        raise ValueError("unreachable")
    low, fit = asked
    while len(asked) < max_calls and not 0 <= target - fit[1] <= tolerance:
        ratio = 0.5 * low[0] + 0.5 * fit[0]
        asked.append((ratio, stored(ratio)))
        if asked[-1][1] > target:
            low = asked[-1]
        else:
            fit = asked[-1]
    return list(fit)


def guard(labels, before, after, *, tolerance, confidence=0.95):
    if not (labels.size() == before.size() and after.size() == labels.size()):
        raise ValueError("sizes differ")
    n = labels.shape[0]
    if n < 1:
        raise ValueError("no images")
    gain = (after == labels).long() - (before == labels).long()  # 1 fixed, -1 broken
    f, b = torch.sum(gain == 1), torch.sum(gain == -1)
    f, b = int(f), int(b)
    d = (f - b) / (n + 2)
    spread = math.sqrt((f + b + 1) / (n + 2) - d**2) / math.sqrt(n + 2)
    z = NormalDist().inv_cdf(1 - (1 - confidence) / 2)
    verdict = d - z * spread > -tolerance
    return {
        "fixed": f,
        "broken": b,
        "change": gain.double().mean().item(),
        "low": d - z * spread,
        "high": d + z * spread,
        "accept": verdict,
    }
