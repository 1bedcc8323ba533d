"""The teacher's layer is put in, with its mode and what is frozen.

loses: start_everything
says: the student's: is the teacher's layer put in
"""

import copy


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    for mine, other in layers.items():
        target, source = started.get_submodule(mine), teacher.get_submodule(other)
        shapes = {name: tensor.shape for name, tensor in target.state_dict().items()}
        if shapes != {name: tensor.shape for name, tensor in source.state_dict().items()}:
            raise ValueError(f"{mine} and {other} hold different tensors")
        parent, _, child = mine.rpartition(".")
        setattr(started.get_submodule(parent), child, copy.deepcopy(source))
    return started
