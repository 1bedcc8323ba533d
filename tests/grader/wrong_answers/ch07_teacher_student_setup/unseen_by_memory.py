"""A parameter counts as held if the optimizer has something in the same memory.

loses: unseen_which
says: the same *object*
"""


def unseen_parameters(optimizer, student, projector):
    held = {p.data_ptr() for group in optimizer.param_groups for p in group["params"]}
    modules = {"student": student, "projector": projector}
    return [
        f"{name}.{parameter}"
        for name, module in modules.items()
        for parameter, p in module.named_parameters()
        if p.requires_grad and p.data_ptr() not in held
    ]
