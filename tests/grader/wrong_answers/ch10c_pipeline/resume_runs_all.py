"""Everything is run, whatever was saved.

loses: resume_resumes
says: one call for each stage that isn't done
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        whole = False
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return results
