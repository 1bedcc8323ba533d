"""A small class for a layer, which says its own best move.
"""
import math
from dataclasses import dataclass


@dataclass
class _Layer:
    name: str
    options: list
    at: int

    @property
    def size(self):
        return self.options[self.at][0]

    def best_move(self):
        loss = self.options[self.at][1]
        moves = [
            ((other - loss) / (self.size - size), size - self.size, place)
            for place, (size, other) in enumerate(self.options)
            if size < self.size
        ]
        return min(moves, default=None)


def allocate(options: dict[str, list[tuple[int, float]]], budget: int) -> dict[str, int]:
    layers = []
    for name, each in options.items():
        if not each or any(not math.isfinite(loss) for _, loss in each):
            raise ValueError(name)
        at = sorted(range(len(each)), key=lambda i: (-each[i][0], each[i][1], i))[0]
        layers.append(_Layer(name, list(each), at))
    if sum(min(size for size, _ in layer.options) for layer in layers) > budget:
        raise ValueError("too small a budget")
    while sum(layer.size for layer in layers) > budget:
        moves = [(layer, layer.best_move()) for layer in layers]
        moves = [(layer, move) for layer, move in moves if move is not None]
        layer, (_, _, place) = min(moves, key=lambda pair: pair[1][:2])
        layer.at = place
    return {layer.name: layer.at for layer in layers}
