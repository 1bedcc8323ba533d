"""Only the last group counts.

loses: unseen_which
says: several groups
"""


def unseen_parameters(optimizer, student, projector):
    held = {id(p) for p in optimizer.param_groups[-1]["params"]}
    modules = {"student": student, "projector": projector}
    return [
        f"{name}.{parameter}"
        for name, module in modules.items()
        for parameter, p in module.named_parameters()
        if p.requires_grad and id(p) not in held
    ]
