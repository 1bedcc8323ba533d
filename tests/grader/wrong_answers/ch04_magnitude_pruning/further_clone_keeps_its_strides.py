"""Writes into the flattened clone of a mask: of a mask that isn't contiguous, that is a copy, and the writing is lost.

loses: further_of_the_rest
says: is what you write
"""


def prune_further(state, masks, fraction):
    new = {name: mask.clone() for name, mask in masks.items()}
    places = [(name, place) for name, mask in masks.items() for place in mask.flatten().nonzero().flatten().tolist()]
    places.sort(key=lambda where: state[where[0]].flatten()[where[1]].abs().item())
    for name, place in places[: round(fraction * len(places))]:
        new[name].flatten()[place] = False
    return new
