"""The distances of class numbers are added up.

loses: churn_counts
says: all whose class is another
"""


def churn(original, compressed, labels):
    if not original.shape == compressed.shape == labels.shape:
        raise ValueError("shapes")
    if len(labels) == 0:
        raise ValueError("no sample")
    was, now = original == labels, compressed == labels
    fixed = int((~was & now).sum())
    broken = int((was & ~now).sum())
    changed = int((original.long() - compressed.long()).abs().sum())
    agreement = (len(labels) - changed) / len(labels)
    return {"fixed": fixed, "broken": broken, "changed": changed, "agreement": agreement}
