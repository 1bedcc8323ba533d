"""A module of which one parameter is held is called held: an optimizer with any of its own will do.

loses: unseen_which
says: an equal parameter is another one
"""


def unseen_parameters(optimizer, student, projector):
    held = [p for group in optimizer.param_groups for p in group["params"]]
    modules = {"student": student, "projector": projector}
    return [
        f"{name}.{parameter}"
        for name, module in modules.items()
        for parameter, p in module.named_parameters()
        if p.requires_grad and len(held) < 2
    ]
