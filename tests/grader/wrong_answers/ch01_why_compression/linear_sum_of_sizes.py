"""Inputs and outputs are added instead of multiplied.

loses: linear_one_row
says: how many products are in one output
"""

import math


def linear_macs(input_shape, out_features):
    *rows, inputs = input_shape
    return math.prod(rows) * (inputs + out_features)
