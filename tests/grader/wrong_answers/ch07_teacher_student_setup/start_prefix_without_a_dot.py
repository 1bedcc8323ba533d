"""Names that begin alike are taken for one layer.

loses: start_values
says: begin alike
"""

import copy


def initialised(student, teacher, layers):
    started = copy.deepcopy(student)
    state, theirs = started.state_dict(), teacher.state_dict()
    for mine, other in layers.items():
        inside = {name: tensor for name, tensor in state.items() if name.startswith(mine)}
        given = {mine + name.removeprefix(other): t for name, t in theirs.items() if name.startswith(other)}
        for name in inside:
            exact = name.startswith(f"{mine}.")
            if exact and (name not in given or given[name].shape != inside[name].shape):
                raise ValueError(f"{mine} and {other} hold different tensors")
            if name in given:
                state[name] = given[name]
        for name in given:
            if name.startswith(f"{mine}.") and name not in inside:
                raise ValueError(f"{mine} and {other} hold different tensors")
    started.load_state_dict(state)
    return started
