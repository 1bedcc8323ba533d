"""Half the square everywhere.

loses: relation_value
says: straight beyond
"""

# ruff: noqa: F821  the functions that it calls are the solution's


def relation_loss(student, teacher):
    return (relative_distances(student) - relative_distances(teacher.detach())).square().mean() / 2
