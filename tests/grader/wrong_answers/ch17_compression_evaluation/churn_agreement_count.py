"""The number that agree, not their share.

loses: churn_agreement
says: the same class: two that are wrong in different ways
"""


def churn(original, compressed, labels):
    if not original.shape == compressed.shape == labels.shape:
        raise ValueError("shapes")
    if len(labels) == 0:
        raise ValueError("no sample")
    was, now = original == labels, compressed == labels
    fixed = int((~was & now).sum())
    broken = int((was & ~now).sum())
    changed = int((original != compressed).sum())
    agreement = len(labels) - changed
    return {"fixed": fixed, "broken": broken, "changed": changed, "agreement": agreement}
