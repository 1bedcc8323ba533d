"""A shallow copy of the student.

loses: start_values, start_everything
says: does the function work in place
"""

import copy


def initialised(student, teacher, layers):
    started = copy.copy(student)
    for mine, other in layers.items():
        target = started.get_submodule(mine)
        source = teacher.get_submodule(other).state_dict()
        shapes = {name: tensor.shape for name, tensor in target.state_dict().items()}
        if shapes != {name: tensor.shape for name, tensor in source.items()}:
            raise ValueError(f"{mine} and {other} hold different tensors")
        target.load_state_dict(source)
    return started
