"""Only the difference of the two accuracies is counted.

loses: churn_counts
says: only the compressed model is right. broken
"""


def churn(original, compressed, labels):
    if not original.shape == compressed.shape == labels.shape:
        raise ValueError("shapes")
    if len(labels) == 0:
        raise ValueError("no sample")
    was, now = original == labels, compressed == labels
    fixed = max(0, int(now.sum()) - int(was.sum()))
    broken = max(0, int(was.sum()) - int(now.sum()))
    changed = int((original != compressed).sum())
    agreement = (len(labels) - changed) / len(labels)
    return {"fixed": fixed, "broken": broken, "changed": changed, "agreement": agreement}
