"""The share is rounded to four digits.

loses: churn_agreement
says: nine digits: divide two ints
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
    agreement = round((len(labels) - changed) / len(labels), 4)
    return {"fixed": fixed, "broken": broken, "changed": changed, "agreement": agreement}
