"""A total below 1 is taken for 1.

loses: snip_shares
says: if nothing is added to it
"""


def snip_scores(weights, gradients):
    s = {n: (w * gradients[n]).abs() for n, w in weights.items()}
    t = max(1.0, float(sum(v.sum() for v in s.values())))
    return {n: v / t for n, v in s.items()}
