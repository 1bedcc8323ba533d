"""Every weight counts alike.

loses: compare_running
says: start at the size
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def compare_criteria(weights, gradients, *, keep, decay):
    average = weights[0].abs()
    for weight in weights[1:]:
        average = decay * average + (1 - decay) * weight.abs()
    scores = {
        "magnitude": weights[-1].abs(),
        "movement": -(weights[:-1] * gradients).sum(dim=0),
        "running magnitude": weights.abs().mean(dim=0),
    }
    return {name: top_v_mask(score, keep) for name, score in scores.items()}
