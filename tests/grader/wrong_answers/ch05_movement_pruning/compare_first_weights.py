"""Magnitude looks at the weights before the run.

loses: compare_magnitude
says: where the run has left them
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def compare_criteria(weights, gradients, *, keep, decay):
    average = weights[0].abs()
    for weight in weights[1:]:
        average = decay * average + (1 - decay) * weight.abs()
    scores = {
        "magnitude": weights[0].abs(),
        "movement": -(weights[:-1] * gradients).sum(dim=0),
        "running magnitude": average,
    }
    return {name: top_v_mask(score, keep) for name, score in scores.items()}
