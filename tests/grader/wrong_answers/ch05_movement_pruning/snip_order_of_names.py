"""Weights and gradients are paired by their order in the dicts, not by name.

loses: snip_shares
says: wherever that stands
"""


def snip_scores(weights, gradients):
    s = {n: (w * g).abs() for (n, w), g in zip(weights.items(), gradients.values(), strict=True)}
    t = sum(v.sum() for v in s.values())
    return {n: v / t for n, v in s.items()}
