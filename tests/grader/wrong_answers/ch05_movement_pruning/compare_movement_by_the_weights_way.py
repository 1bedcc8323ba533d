"""Movement is taken for the growth of the weight's size from first to last.

loses: compare_movement
says: minus the sum
"""

# ruff: noqa: F821


def compare_criteria(weights, gradients, *, keep, decay):
    average = weights[0].abs()
    for weight in weights[1:]:
        average = decay * average + (1 - decay) * weight.abs()
    scores = {
        "magnitude": weights[-1].abs(),
        "movement": weights[-1].abs() - weights[0].abs(),
        "running magnitude": average,
    }
    return {name: top_v_mask(score, keep) for name, score in scores.items()}
