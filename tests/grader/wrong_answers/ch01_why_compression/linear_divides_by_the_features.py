"""The rows are counted by a division by the features, of which there may be none.

loses: linear_all_rows
says: ZeroDivisionError
"""

import math


def linear_macs(input_shape, out_features):
    features = input_shape[-1]
    return math.prod(input_shape) // features * features * out_features
