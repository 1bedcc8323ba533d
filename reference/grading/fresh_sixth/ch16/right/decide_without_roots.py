"""Wilson's ends are the shares that are z standard errors off, so a limit is compared without a root or an interval."""


def _side(bad, total, limit):
    off = bad - total * limit
    if off * off <= 1.96**2 * total * limit * (1 - limit):
        return 0  # inside the interval
    return 1 if off > 0 else -1


def decide(
    counts: dict[str, tuple[int, int]], limits: dict[str, float]
) -> tuple[str, list[str]]:
    if len(limits) == 0:
        raise ValueError("no limit")
    sides = {}
    for name in limits:
        bad, total = counts[name] if name in counts else (0, 0)
        if bad < 0 or bad > total or not 0 < limits[name] < 1:
            raise ValueError(name)
        sides[name] = _side(bad, total, limits[name])
    if 1 in sides.values():
        return "rollback", [name for name, side in sides.items() if side == 1]
    if 0 in sides.values():
        return "wait", [name for name, side in sides.items() if side == 0]
    return "promote", []
