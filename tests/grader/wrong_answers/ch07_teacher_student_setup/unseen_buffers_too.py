"""Buffers are listed, too.

loses: unseen_names, unseen_which
says: with its module's name in front
"""

from torch import nn


def unseen_parameters(optimizer, student, projector):
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    modules = {"student": student, "projector": projector}
    return [
        f"{name}.{parameter}"
        for name, module in modules.items()
        for parameter, p in module.state_dict(keep_vars=True).items()
        if id(p) not in held and (p.requires_grad or not isinstance(p, nn.Parameter))
    ]
