"""Batch and tokens are counted, dimensions between them aren't.

loses: linear_all_rows
says: every dimension counts
"""


def linear_macs(input_shape, out_features):
    rows = 1 if len(input_shape) == 1 else input_shape[0]
    if len(input_shape) > 2:
        rows *= input_shape[-2]
    return rows * input_shape[-1] * out_features
