"""A batch of none is taken for one of one.

loses: linear_all_rows
says: no rows, no MACs
"""

import math


def linear_macs(input_shape, out_features):
    *rows, inputs = input_shape
    return max(1, math.prod(rows)) * inputs * out_features
