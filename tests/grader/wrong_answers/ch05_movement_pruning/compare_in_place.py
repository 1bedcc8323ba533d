"""The running magnitude is gathered in the first weights.

loses: compare_magnitude
says: does the function work in place
"""

# ruff: noqa: F821  the functions that it calls are the solution's


def compare_criteria(weights, gradients, *, keep, decay):
    run = weights[0].abs_()
    for w in weights[1:]:
        run = run.mul_(decay).add_((1 - decay) * w.abs())
    mov = -(weights[:-1] * gradients).sum(0)
    return {
        "magnitude": top_v_mask(weights[-1].abs(), keep),
        "movement": top_v_mask(mov, keep),
        "running magnitude": top_v_mask(run, keep),
    }
