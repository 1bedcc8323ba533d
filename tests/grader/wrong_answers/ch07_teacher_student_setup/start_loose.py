"""Names that are missing are passed over.

loses: start_refuses
says: ValueError
"""

import copy


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    for mine, other in layers.items():
        target = started.get_submodule(mine)
        source = teacher.get_submodule(other).state_dict()
        for name, tensor in target.state_dict().items():
            if name in source and source[name].shape != tensor.shape:
                raise ValueError(f"{mine} and {other} hold different tensors")
        target.load_state_dict(source, strict=False)
    return started
