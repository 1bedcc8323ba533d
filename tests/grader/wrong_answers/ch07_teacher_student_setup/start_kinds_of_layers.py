"""Layers of one class are taken to fit.

loses: start_refuses
says: ValueError
"""

import copy


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    for mine, other in layers.items():
        target = started.get_submodule(mine)
        source = teacher.get_submodule(other).state_dict()
        if type(target) is not type(teacher.get_submodule(other)):
            raise ValueError(f"{mine} and {other} are different layers")
        target.load_state_dict(source)
    return started
