"""Numbers of parameters are compared.

loses: unseen_names, unseen_which
says: each parameter that is not in the optimizer
"""


def unseen_parameters(optimizer, student, projector):
    held = sum(len(group["params"]) for group in optimizer.param_groups)
    modules = {"student": student, "projector": projector}
    return [
        f"{name}.{parameter}"
        for name, module in modules.items()
        for parameter, p in module.named_parameters()
        if p.requires_grad and held < len(list(student.parameters())) + len(list(projector.parameters()))
    ]
