"""What has no gradient is called unseen.

loses: unseen_names, unseen_which
says: with its module's name in front
"""


def unseen_parameters(optimizer, student, projector):
    modules = {"student": student, "projector": projector}
    return [
        f"{name}.{parameter}"
        for name, module in modules.items()
        for parameter, p in module.named_parameters()
        if p.requires_grad and p.grad is None
    ]
