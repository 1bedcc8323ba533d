"""Shapes are not compared: one label serves all.

loses: churn_limits
says: the same samples in the same order: other shapes
"""


def churn(original, compressed, labels):
    if len(labels) == 0:
        raise ValueError("no sample")
    was, now = original == labels, compressed == labels
    fixed = int((~was & now).sum())
    broken = int((was & ~now).sum())
    changed = int((original != compressed).sum())
    agreement = (len(labels) - changed) / len(labels)
    return {"fixed": fixed, "broken": broken, "changed": changed, "agreement": agreement}
