"""(out, batch) comes back.

loses: linear_outputs
says: (batch, out)
"""

# ruff: noqa: F821  (fixed_point, requantize are the solution's)


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    sums = (q_x.int() - z_x) @ q_w.int().T
    if bias is not None:
        sums = sums + bias
    m, n = fixed_point(ratio)
    return requantize(sums, m, n, z_y).T
