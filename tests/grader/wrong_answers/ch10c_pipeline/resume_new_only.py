"""Only what was run is given.

loses: resume_resumes
says: those that were saved
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        model = done[name] if whole else stage(name, model, original)
        if not whole:
            results[name] = model
    return results
