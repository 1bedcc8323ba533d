"""A silent sample gives NaN.

loses: map_value
says: 0 / 0
"""


def attention_map(features):
    energy = features.square().mean(dim=1).flatten(1)
    return energy / energy.norm(dim=1, keepdim=True)
