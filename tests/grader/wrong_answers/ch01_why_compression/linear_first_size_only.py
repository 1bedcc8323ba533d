"""The batch counts, the tokens don't.

loses: linear_all_rows
says: all dimensions before the last
"""


def linear_macs(input_shape, out_features):
    if len(input_shape) == 1:
        return input_shape[0] * out_features
    return input_shape[0] * input_shape[-1] * out_features
