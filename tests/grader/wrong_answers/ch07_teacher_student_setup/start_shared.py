"""The teacher's very tensors are put in.

loses: start_everything
says: is shared
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
        for name, parameter in target.named_parameters():
            parameter.data = source[name]
        for name, buffer in target.named_buffers():
            buffer.data = source[name]
    return started
