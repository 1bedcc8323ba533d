"""Projects onto the sum of the others.

loses: project_several
says: what is left
"""


def project_conflicts(gradients):
    projected = []
    for i, mine in enumerate(gradients):
        others = [g for j, g in enumerate(gradients) if j != i]
        total = {name: sum((g[name] for g in others), 0 * mine[name]) for name in mine}
        product = sum(float((mine[name] * g).sum()) for name, g in total.items())
        square = sum(float((g * g).sum()) for g in total.values())
        share = min(0.0, product) / square if square else 0.0
        projected.append({name: g - share * total[name] for name, g in mine.items()})
    return projected
