"""The original's answers are brought to the dtype of the compressed model's.

loses: churn_limits
says: classes of two dtypes are compared as whole numbers
"""


def churn(original, compressed, labels):
    if not original.shape == compressed.shape == labels.shape or labels.numel() == 0:
        raise ValueError("shapes, or no sample")
    original = original.to(compressed.dtype)
    was, now = original == labels, compressed == labels
    same = int((original == compressed).sum())
    return {
        "fixed": int((now & ~was).sum()),
        "broken": int((was & ~now).sum()),
        "changed": labels.numel() - same,
        "agreement": same / labels.numel(),
    }
