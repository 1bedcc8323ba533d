"""Returns an object that runs code where it is unpickled, and exceptions that carry one.

loses: quantize_values, gradient_stops, gradient_passes, quantize_keeps_input
says: Bomb
"""

from pathlib import Path

CANARY = "/nowhere"  # the test's own folder


class Bomb(Exception):
    def __reduce__(self):
        return Path.touch, (Path(CANARY, "unpickled"),)

    def __str__(self):
        return "boom"


def fake_quantize(x, scale, zero_point, bits):
    raise Bomb(Bomb())
