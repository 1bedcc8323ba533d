"""NaN becomes 0 in the map, and stays in the gradient.

loses: map_value
says: gradient
"""


def attention_map(features):
    energy = features.square().mean(dim=1).flatten(1)
    return (energy / energy.square().sum(dim=1, keepdim=True).sqrt()).nan_to_num(0.0)
