"""The multiplier has 8 bits.

loses: linear_outputs
says: the layout in memory changes nothing
"""

# ruff: noqa: F821  (fixed_point, requantize are the solution's)


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    sums = (q_x.int() - z_x) @ q_w.int().T
    if bias is not None:
        sums = sums + bias
    m, n = fixed_point(ratio)
    m = (m >> 23) << 23
    return requantize(sums, m, n, z_y)
