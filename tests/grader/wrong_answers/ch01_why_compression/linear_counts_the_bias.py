"""The bias is counted as one more product for each output.

loses: linear_one_row
says: a bias is added, it multiplies nothing
"""

import math


def linear_macs(input_shape, out_features):
    *rows, inputs = input_shape
    return math.prod(rows) * (inputs + 1) * out_features
