"""Everything is converted to float32.

loses: compare_magnitude
says: converted on the way
"""

# ruff: noqa: F821  the functions that it calls are the solution's


def compare_criteria(weights, gradients, *, keep, decay):
    weights, gradients = weights.float(), gradients.float()
    run = weights[0].abs()
    for w in weights[1:]:
        run = decay * run + (1 - decay) * w.abs()
    mov = -(weights[:-1] * gradients).sum(0)
    return {
        "magnitude": top_v_mask(weights[-1].abs(), keep),
        "movement": top_v_mask(mov, keep),
        "running magnitude": top_v_mask(run, keep),
    }
