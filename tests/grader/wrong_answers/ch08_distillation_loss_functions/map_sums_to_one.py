"""The map adds up to 1.

loses: map_value
says: one length
"""


def attention_map(features):
    energy = features.square().mean(dim=1).flatten(1)
    return energy / energy.sum(dim=1, keepdim=True).clamp_min(1e-12)
