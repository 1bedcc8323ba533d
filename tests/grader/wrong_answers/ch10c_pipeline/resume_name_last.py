"""The name comes last.

loses: resume_runs
says: in the order of `names`, with the name first
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        model = done[name] if whole else stage(model, original, name)
        results[name] = model
    return results
