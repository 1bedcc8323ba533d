"""A module counts as frozen if its first parameter is.

loses: unseen_which
says: an equal parameter is another one
"""


def unseen_parameters(optimizer, student, projector):
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    modules = {
        n: m for n, m in (("student", student), ("projector", projector)) if not next(m.parameters()).requires_grad
    }
    return [
        f"{name}.{parameter}"
        for name, module in modules.items()
        for parameter, p in module.named_parameters()
        if id(p) not in held
    ]
