"""Arguments are given by keywords.

loses: resume_runs
says: positional
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        model = done[name] if whole else stage(name, model=model, teacher=original)
        results[name] = model
    return results
