"""Modules in evaluation mode are passed over, where frozen ones are meant.

loses: unseen_which
says: frozen
"""


def unseen_parameters(optimizer, student, projector):
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    modules = {"student": student, "projector": projector}
    return [
        f"{name}.{parameter}"
        for name, module in modules.items()
        for parameter, p in module.named_parameters()
        if module.training and id(p) not in held
    ]
