"""What broadcasts is copied.

loses: start_refuses
says: ValueError
"""

import copy


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    for mine, other in layers.items():
        target = started.get_submodule(mine)
        source = teacher.get_submodule(other).state_dict()
        if target.state_dict().keys() != source.keys():
            raise ValueError(f"{mine} and {other} hold different tensors")
        for name, tensor in target.state_dict().items():
            try:
                tensor.copy_(source[name])
            except RuntimeError as error:
                raise ValueError(str(error)) from error
    return started
