"""Layers that don't fit are passed over.

loses: start_refuses
says: ValueError
"""

import copy


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    for mine, other in layers.items():
        target = started.get_submodule(mine)
        source = teacher.get_submodule(other).state_dict()
        shapes = {name: tensor.shape for name, tensor in target.state_dict().items()}
        if shapes != {name: tensor.shape for name, tensor in source.items()}:
            continue
        target.load_state_dict(source)
    return started
