"""Parameters with equal first numbers are taken for one.

loses: unseen_which
says: an equal parameter is another one
"""


def unseen_parameters(optimizer, student, projector):
    held = {float(p.detach().flatten()[0]) for group in optimizer.param_groups for p in group["params"]}
    modules = {"student": student, "projector": projector}
    return [
        f"{name}.{parameter}"
        for name, module in modules.items()
        for parameter, p in module.named_parameters()
        if p.requires_grad and float(p.detach().flatten()[0]) not in held
    ]
