"""What is missing is added to the optimizer.

loses: unseen_names, unseen_which
says: each parameter that is not in the optimizer
"""


def unseen_parameters(optimizer, student, projector):
    seen = {id(p) for group in optimizer.param_groups for p in group["params"]}
    missing = [p for m in (student, projector) for p in m.parameters() if id(p) not in seen]
    if missing:
        optimizer.add_param_group({"params": missing})
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    modules = {"student": student, "projector": projector}
    return [
        f"{name}.{parameter}"
        for name, module in modules.items()
        for parameter, p in module.named_parameters()
        if p.requires_grad and id(p) not in held
    ]
