"""One less the cosine of the tables.

loses: relation_value
says: half the square
"""

# ruff: noqa: F821  the functions that it calls are the solution's

import torch.nn.functional as F


def relation_loss(student, teacher):
    own, given = relative_distances(student).flatten(), relative_distances(teacher.detach()).flatten()
    return 1 - F.cosine_similarity(own, given, dim=0)
