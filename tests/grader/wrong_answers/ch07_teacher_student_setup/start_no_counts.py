"""The number of batches stays behind.

loses: start_everything
says: buffers count too
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
        kept = {name: tensor for name, tensor in source.items() if tensor.is_floating_point()}
        target.load_state_dict(kept, strict=False)
    return started
