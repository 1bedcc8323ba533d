"""The sums come back.

loses: linear_outputs
says: uint8
"""


def integer_linear(q_x, z_x, q_w, bias, ratio, z_y):
    sums = (q_x.int() - z_x) @ q_w.int().T
    if bias is not None:
        sums = sums + bias
    return sums
