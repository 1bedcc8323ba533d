"""A bias of None is an error.

loses: linear_outputs
says: a layer made with bias=False has `bias` None
"""

# ruff: noqa: F821  (fixed_point, requantize are the solution's)


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    sums = (q_x.int() - z_x) @ q_w.int().T
    sums = sums + bias
    m, n = fixed_point(ratio)
    return requantize(sums, m, n, z_y)
