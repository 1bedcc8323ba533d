"""Each layer loses the fraction of its own rest.

loses: further_of_the_rest
says: each layer lost a quarter of its own rest
"""


def prune_further(state, masks, fraction):

    new = {}
    for name, mask in masks.items():
        keep = mask.flatten().clone()
        candidates = keep.nonzero().squeeze(1)
        order = state[name].abs().flatten()[candidates].argsort()
        keep[candidates[order[: round(fraction * len(candidates))]]] = False
        new[name] = keep.view(mask.shape)
    return new
