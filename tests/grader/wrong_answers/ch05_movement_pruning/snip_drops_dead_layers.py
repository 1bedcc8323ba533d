"""A layer whose products are all zero is left out.

loses: snip_shares
says: every layer gets scores
"""


def snip_scores(weights, gradients):
    s = {n: (w * gradients[n]).abs() for n, w in weights.items()}
    t = sum(v.sum() for v in s.values())
    return {n: v / t for n, v in s.items() if v.sum() > 0}
