"""The teacher's layer of the student's name is taken.

loses: start_values, start_everything, start_refuses
says: tensors are found by their names
"""

import copy


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    for mine, other in layers.items():
        target = started.get_submodule(mine)
        source = teacher.get_submodule(mine if mine in dict(teacher.named_modules()) else other).state_dict()
        shapes = {name: tensor.shape for name, tensor in target.state_dict().items()}
        if shapes != {name: tensor.shape for name, tensor in source.items()}:
            raise ValueError(f"{mine} and {other} hold different tensors")
        target.load_state_dict(source)
    return started
