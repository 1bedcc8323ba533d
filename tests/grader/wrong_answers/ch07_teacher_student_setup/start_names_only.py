"""Names are compared, and shapes aren't: what has another shape is left.

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
        source = {name: t for name, t in source.items() if t.shape == target.state_dict()[name].shape}
        target.load_state_dict(source, strict=False)
    return started
