"""Stages are run in the order of their names.

loses: resume_runs
says: the results of all stages, by name, in their order
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in sorted(names):
        whole = whole and name in done
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return results
