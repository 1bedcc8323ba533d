"""load_state_dict with assign, which shares the teacher's tensors.

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
        target.load_state_dict(source, assign=True)
    return started
