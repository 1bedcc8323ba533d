"""Classes are compared as float32.

loses: churn_limits
says: classes are compared as whole numbers
"""


def churn(original, compressed, labels):
    if not original.shape == compressed.shape == labels.shape:
        raise ValueError("shapes")
    if len(labels) == 0:
        raise ValueError("no sample")
    original, compressed, labels = original.float(), compressed.float(), labels.float()
    was, now = original == labels, compressed == labels
    fixed = int((~was & now).sum())
    broken = int((was & ~now).sum())
    changed = int((original != compressed).sum())
    agreement = (len(labels) - changed) / len(labels)
    return {"fixed": fixed, "broken": broken, "changed": changed, "agreement": agreement}
