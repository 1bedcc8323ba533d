"""Each stage is called twice.

loses: resume_runs
says: once
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        model = done[name] if whole else stage(name, model, original)
        results[name] = model if whole else stage(name, model, original)
    return results
