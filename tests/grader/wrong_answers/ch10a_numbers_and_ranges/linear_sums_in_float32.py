"""Sums in float32.

loses: linear_outputs
says: float32
"""

# ruff: noqa: F821  (fixed_point, requantize are the solution's)


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    sums = (q_x.float() - z_x) @ q_w.float().T
    if bias is not None:
        sums = sums + bias.float()
    sums = sums.int()
    m, n = fixed_point(ratio)
    return requantize(sums, m, n, z_y)
