"""Labels are turned into the dtype of the answers: -1 becomes 255.

loses: churn_limits
says: classes of two dtypes are compared as whole numbers
"""


def churn(original, compressed, labels):
    if not original.shape == compressed.shape == labels.shape:
        raise ValueError("shapes")
    if len(labels) == 0:
        raise ValueError("no sample")
    labels = labels.to(original.dtype)
    was, now = original == labels, compressed == labels
    fixed = int((~was & now).sum())
    broken = int((was & ~now).sum())
    changed = int((original != compressed).sum())
    agreement = (len(labels) - changed) / len(labels)
    return {"fixed": fixed, "broken": broken, "changed": changed, "agreement": agreement}
