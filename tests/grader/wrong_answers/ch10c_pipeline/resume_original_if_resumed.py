"""A run that goes on begins with the original again.

loses: resume_resumes
says: model
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = whole and name in done
        if whole:
            results[name] = done[name]
        else:
            model = results[name] = stage(name, model, original)
    return results
