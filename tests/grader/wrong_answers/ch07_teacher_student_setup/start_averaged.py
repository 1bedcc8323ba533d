"""Student and teacher are averaged.

loses: start_values, start_everything
says: taken over
"""

import copy


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    for mine, other in layers.items():
        target = started.get_submodule(mine)
        source = teacher.get_submodule(other).state_dict()
        shapes = {name: tensor.shape for name, tensor in target.state_dict().items()}
        if shapes != {name: tensor.shape for name, tensor in source.items()}:
            raise ValueError(f"{mine} and {other} hold different tensors")
        for name, tensor in target.state_dict().items():
            tensor.copy_((tensor + source[name]) / 2)
    return started
