"""Cuts the names into a saved head (itertools.takewhile) and a tail, and folds the tail with functools.reduce over pairs of (results, model)."""

from functools import reduce
from itertools import takewhile


def run_stages(original, names: list[str], stage, done: dict) -> dict:
    head = list(takewhile(done.__contains__, names))

    def go_on(state, name):
        results, model = state
        result = stage(name, model, original)
        return {**results, name: result}, result

    taken = {name: done[name] for name in head}
    begun = done[head[-1]] if head else original
    return reduce(go_on, names[len(head) :], (taken, begun))[0]
