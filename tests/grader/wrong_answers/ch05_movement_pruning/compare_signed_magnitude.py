"""Magnitude takes the most positive weights.

loses: compare_magnitude
says: a negative weight can be a large one
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def compare_criteria(weights, gradients, *, keep, decay):
    average = weights[0].abs()
    for weight in weights[1:]:
        average = decay * average + (1 - decay) * weight.abs()
    scores = {
        "magnitude": weights[-1],
        "movement": -(weights[:-1] * gradients).sum(dim=0),
        "running magnitude": average,
    }
    return {name: top_v_mask(score, keep) for name, score in scores.items()}
