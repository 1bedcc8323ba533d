"""load_state_dict's own RuntimeError.

loses: start_refuses
says: ValueError
"""

import copy


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    for mine, other in layers.items():
        target = started.get_submodule(mine)
        source = teacher.get_submodule(other).state_dict()
        target.load_state_dict(source)
    return started
