"""The share among samples with a known label.

loses: churn_limits
says: where the label is -1 nobody is right
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
    agreement = int((original == compressed)[labels >= 0].sum()) / max(1, int((labels >= 0).sum()))
    return {"fixed": fixed, "broken": broken, "changed": changed, "agreement": agreement}
