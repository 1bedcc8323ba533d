"""The masks of the round before are written over.

loses: further_exact
says: make new masks
"""


def prune_further(state, masks, fraction):

    names = list(masks)
    places = [(name, place) for name in names for place in masks[name].flatten().nonzero().squeeze(1).tolist()]
    places.sort(key=lambda where: state[where[0]].abs().flatten()[where[1]].item())
    for name, place in places[: round(fraction * len(places))]:
        masks[name].view(-1)[place] = False
    return masks
