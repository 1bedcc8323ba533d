"""Uses view, which needs a contiguous tensor.

loses: dequantize_values
says: `view` needs a tensor that lies in memory
"""


def dequantize(q, scale, zero_point):
    return (scale * (q.view(-1).int() - zero_point).float()).view(q.shape)
