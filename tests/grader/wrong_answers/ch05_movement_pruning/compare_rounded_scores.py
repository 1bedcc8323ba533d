"""Movement scores are rounded to three places: real ones are far smaller.

loses: compare_movement
says: where gradients are small
"""

# ruff: noqa: F821  (top_v_mask is the solution's)


def compare_criteria(weights, gradients, *, keep, decay):
    movement = -(weights[:-1] * gradients).sum(0).round(decimals=3)
    running = weights[0].abs()
    for w in weights[1:]:
        running = decay * running + (1 - decay) * w.abs()
    return {
        "magnitude": top_v_mask(weights[-1].abs(), keep),
        "movement": top_v_mask(movement, keep),
        "running magnitude": top_v_mask(running, keep),
    }
