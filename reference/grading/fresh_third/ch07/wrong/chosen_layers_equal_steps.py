"""Steps by the whole part of teacher / student: where it doesn't divide, the last layer is never reached.

Text: "part m (from 1) ends after m * teacher / student layers, rounded down".
Input: chosen_layers(12, 5) gives [1, 3, 5, 7, 9]; promised is [1, 3, 6, 8, 11].
"""


def chosen_layers(teacher: int, student: int) -> list[int]:
    step = teacher // student
    return [m * step - 1 for m in range(1, student + 1)]
