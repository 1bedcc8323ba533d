"""1e-6 is added to the total: with products of 1e-6 the shares do not add up to 1.

loses: snip_shares
says: if nothing is added to it
"""


def snip_scores(weights, gradients):
    s = {n: (w * gradients[n]).abs() for n, w in weights.items()}
    t = sum(v.sum() for v in s.values())
    return {n: v / (t + 1e-6) for n, v in s.items()}
