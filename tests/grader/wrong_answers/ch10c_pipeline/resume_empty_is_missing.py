"""An empty tensor is run again.

loses: resume_gap
says: any object
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done and getattr(done[name], "numel", lambda: 1)() > 0
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return results
