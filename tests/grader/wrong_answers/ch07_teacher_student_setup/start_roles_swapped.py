"""The teacher gets the student's layers.

loses: start_values, start_everything, start_refuses
says: AttributeError
"""

import copy


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    for mine, other in layers.items():
        target = started.get_submodule(other)
        source = teacher.get_submodule(mine).state_dict()
        shapes = {name: tensor.shape for name, tensor in target.state_dict().items()}
        if shapes != {name: tensor.shape for name, tensor in source.items()}:
            raise ValueError(f"{mine} and {other} hold different tensors")
        target.load_state_dict(source)
    return started
