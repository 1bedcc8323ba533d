"""The decay is the share of the new weight.

loses: compare_running
says: mostly the old average
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def compare_criteria(weights, gradients, *, keep, decay):
    average = weights[0].abs()
    for weight in weights[1:]:
        average = (1 - decay) * average + decay * weight.abs()
    scores = {
        "magnitude": weights[-1].abs(),
        "movement": -(weights[:-1] * gradients).sum(dim=0),
        "running magnitude": average,
    }
    return {name: top_v_mask(score, keep) for name, score in scores.items()}
