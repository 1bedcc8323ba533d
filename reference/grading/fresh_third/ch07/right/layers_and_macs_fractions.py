"""Chosen layers by fractions and floor; the share as a fraction, turned into a float at the end."""
from fractions import Fraction
from math import floor


def chosen_layers(teacher: int, student: int) -> list[int]:
    part = Fraction(teacher, student)
    ends = [floor(part * m) for m in range(1, student + 1)]
    return [end - 1 for end in ends]


def block_macs(
    inputs: int, outputs: int, kernel: int, stride: int, height: int, width: int
) -> dict[str, int | float]:
    pad = kernel // 2
    out = 1
    for side in (height, width):
        out *= (side + 2 * pad - kernel) // stride + 1
    standard = out * outputs * inputs * kernel**2
    separable = out * inputs * (kernel**2 + outputs)
    return {"standard": standard, "separable": separable, "share": float(Fraction(separable, standard))}
