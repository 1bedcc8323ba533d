"""The parts that are longer by one come last.

loses: chosen_positions
says: the last layer of each part
"""


def chosen_layers(teacher, student):
    ends, at = [], 0
    for part in range(student):
        at += teacher // student + (part >= student - teacher % student)
        ends.append(at - 1)
    return ends
