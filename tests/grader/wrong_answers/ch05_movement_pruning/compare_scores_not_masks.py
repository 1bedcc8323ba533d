"""Scores are given, not masks.

loses: compare_magnitude
says: magnitude looks
"""


def compare_criteria(weights, gradients, *, keep, decay):
    average = weights[0].abs()
    for weight in weights[1:]:
        average = decay * average + (1 - decay) * weight.abs()
    return {
        "magnitude": weights[-1].abs(),
        "movement": -(weights[:-1] * gradients).sum(dim=0),
        "running magnitude": average,
    }
