"""Sums in bfloat16.

loses: linear_outputs
says: in eight bits sums wrap around, and 3 - 5 is
"""

# ruff: noqa: F821  (fixed_point, requantize are the solution's)


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    sums = ((q_x.bfloat16() - z_x) @ q_w.bfloat16().T).int()
    if bias is not None:
        sums = sums + bias
    m, n = fixed_point(ratio)
    return requantize(sums, m, n, z_y)
