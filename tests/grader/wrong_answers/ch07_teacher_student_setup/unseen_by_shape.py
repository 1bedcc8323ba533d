"""Compared by shape.

loses: unseen_names, unseen_which
says: each parameter that is not in the optimizer
"""


def unseen_parameters(optimizer, student, projector):
    held = {tuple(p.shape) for group in optimizer.param_groups for p in group["params"]}
    modules = {"student": student, "projector": projector}
    return [
        f"{name}.{parameter}"
        for name, module in modules.items()
        for parameter, p in module.named_parameters()
        if p.requires_grad and tuple(p.shape) not in held
    ]
