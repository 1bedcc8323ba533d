"""A result that counts as false is run again.

loses: resume_gap
says: any object
"""


def run_stages(original, names, stage, done):
    results, model, whole = {}, original, True
    for name in names:
        saved = done.get(name)
        whole = whole and saved is not None and (not isinstance(saved, int | float | str | list) or bool(saved))
        model = done[name] if whole else stage(name, model, original)
        results[name] = model
    return results
