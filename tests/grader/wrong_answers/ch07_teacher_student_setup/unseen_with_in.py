"""`in` on a list of tensors, which compares their elements.

loses: unseen_names, unseen_which
says: RuntimeError
"""


def unseen_parameters(optimizer, student, projector):
    held = [p for group in optimizer.param_groups for p in group["params"]]
    modules = {"student": student, "projector": projector}
    return [
        f"{name}.{parameter}"
        for name, module in modules.items()
        for parameter, p in module.named_parameters()
        if p.requires_grad and p not in held
    ]
