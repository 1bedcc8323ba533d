"""Divides first and multiplies then, in floating point: the product may fall just short of a whole number.

Text: "Exact for every size."
Input: chosen_layers(15, 11) ends with 13; promised is 14.
"""


def chosen_layers(teacher: int, student: int) -> list[int]:
    ratio = teacher / student
    return [int(m * ratio) - 1 for m in range(1, student + 1)]
