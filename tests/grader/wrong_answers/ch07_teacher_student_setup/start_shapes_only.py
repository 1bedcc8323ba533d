"""Shapes are compared, and names aren't.

loses: start_refuses
says: ValueError
"""

import copy


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    for mine, other in layers.items():
        target = started.get_submodule(mine)
        source = teacher.get_submodule(other).state_dict()
        if len(source) > len(target.state_dict()) or any(
            name in source and tensor.shape != source[name].shape for name, tensor in target.state_dict().items()
        ):
            raise ValueError(f"{mine} and {other} hold different tensors")
        target.load_state_dict(source, strict=False)
    return started
