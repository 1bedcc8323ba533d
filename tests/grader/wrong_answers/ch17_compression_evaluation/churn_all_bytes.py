"""All become int8: class 255 becomes -1.

loses: churn_limits
says: classes of two dtypes are compared as whole numbers
"""


def churn(original, compressed, labels):
    if not original.shape == compressed.shape == labels.shape:
        raise ValueError("shapes")
    if len(labels) == 0:
        raise ValueError("no sample")
    original, compressed, labels = original.char(), compressed.char(), labels.char()
    was, now = original == labels, compressed == labels
    fixed = int((~was & now).sum())
    broken = int((was & ~now).sum())
    changed = int((original != compressed).sum())
    agreement = (len(labels) - changed) / len(labels)
    return {"fixed": fixed, "broken": broken, "changed": changed, "agreement": agreement}
