"""A smooth relative of Huber's.

loses: relation_value
says: half the square
"""

# ruff: noqa: F821  the functions that it calls are the solution's


def relation_loss(student, teacher):
    return (relative_distances(student) - relative_distances(teacher.detach())).cosh().log().mean()
