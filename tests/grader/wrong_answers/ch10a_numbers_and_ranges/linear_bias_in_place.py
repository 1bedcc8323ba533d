"""The bias takes in the sums in place.

loses: linear_outputs
says: in place
"""

# ruff: noqa: F821  (fixed_point, requantize are the solution's)


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    sums = (q_x.int() - z_x) @ q_w.int().T
    if bias is not None:
        bias += 1
        sums = sums + bias - 1
    m, n = fixed_point(ratio)
    return requantize(sums, m, n, z_y)
