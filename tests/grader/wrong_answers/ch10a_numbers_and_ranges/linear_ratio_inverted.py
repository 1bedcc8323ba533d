"""The ratio is inverted.

loses: linear_outputs
says: each weight times its input less the input's
"""

# ruff: noqa: F821  (fixed_point, requantize are the solution's)


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    sums = (q_x.int() - z_x) @ q_w.int().T
    if bias is not None:
        sums = sums + bias
    m, n = fixed_point(1 / ratio)
    return requantize(sums, m, n, z_y)
