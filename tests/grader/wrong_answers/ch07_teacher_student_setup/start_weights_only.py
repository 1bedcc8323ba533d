"""Weights without biases.

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
        kept = {name: tensor for name, tensor in source.items() if name.endswith("weight")}
        target.load_state_dict(kept, strict=False)
    return started
