"""An empty batch is refused.

loses: linear_outputs
says: a position in the flattened tensor is no index
"""

# ruff: noqa: F821  (fixed_point, requantize are the solution's)


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    sums = (q_x.int() - z_x) @ q_w.int().T
    if bias is not None:
        sums = sums + bias
    sums = sums.reshape(len(sums), sums[0].numel())
    m, n = fixed_point(ratio)
    return requantize(sums, m, n, z_y)
