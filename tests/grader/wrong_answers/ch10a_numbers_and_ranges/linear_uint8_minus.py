"""The zero point is subtracted in uint8.

loses: linear_outputs
says: in eight bits
"""

# ruff: noqa: F821  (fixed_point, requantize are the solution's)


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    sums = (q_x - z_x).int() @ q_w.int().T
    if bias is not None:
        sums = sums + bias
    m, n = fixed_point(ratio)
    return requantize(sums, m, n, z_y)
