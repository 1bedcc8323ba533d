"""An epsilon is added to the length.

loses: map_value
says: something added
"""


def attention_map(features):
    energy = features.square().mean(dim=1).flatten(1)
    return energy / (energy.norm(dim=1, keepdim=True) + 1e-8)
