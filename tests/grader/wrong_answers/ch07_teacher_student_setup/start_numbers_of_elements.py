"""As many numbers are enough.

loses: start_refuses
says: ValueError
"""

import copy


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    for mine, other in layers.items():
        target = started.get_submodule(mine)
        source = teacher.get_submodule(other).state_dict()
        sizes = {name: tensor.numel() for name, tensor in target.state_dict().items()}
        if sizes != {name: tensor.numel() for name, tensor in source.items()}:
            raise ValueError(f"{mine} and {other} hold different tensors")
        source = {name: tensor.reshape(target.state_dict()[name].shape) for name, tensor in source.items()}
        target.load_state_dict(source)
    return started
