"""Stages are taken from a set: in any order.

loses: resume_runs
says: the results of all stages, by name, in their order
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in sorted(set(names), key=lambda n: hash(n[::-1])):
        whole = whole and name in done
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return results
