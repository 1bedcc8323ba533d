"""Takes the names out of the list.

loses: resume_runs
says: does the function work in place, where it should make
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    while names:
        name = names.pop(0)
        whole = whole and name in done
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return results
