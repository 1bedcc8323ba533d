"""Every stage begins with the original.

loses: resume_runs
says: model
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        model = done[name] if whole else stage(name, original, original)
        results[name] = model
    return results
