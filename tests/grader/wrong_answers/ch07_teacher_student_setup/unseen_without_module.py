"""Names without the module in front.

loses: unseen_names, unseen_which
says: with its module's name in front
"""


def unseen_parameters(optimizer, student, projector):
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    modules = {"student": student, "projector": projector}
    return [
        parameter
        for name, module in modules.items()
        for parameter, p in module.named_parameters()
        if p.requires_grad and id(p) not in held
    ]
