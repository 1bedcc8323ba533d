"""Sphinx's settings for the site. Everything that a page loads lies beside it: there may be no network."""

project = "Model compression in PyTorch"
author = "Model Compression Course contributors"
copyright = f"{author}. Text CC BY 4.0, code MIT"
language = "en"

extensions = ["myst_nb", "sphinx.ext.mathjax"]
exclude_patterns = ["notebooks", "exercises"]  # offered for download as they are
nb_execution_mode = "off"  # the pages hold what was executed before
nb_merge_streams = True
nb_mime_priority_overrides = [("html", "text/html", 1)]
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 4  # sittings have one level more
suppress_warnings = ["misc.highlighting_failure"]  # *Spot the bug* has code that no lexer takes

mathjax_path = "mathjax/MathJax.js?config=TeX-AMS-MML_HTMLorMML-full"
mathjax2_config = {
    "extensions": ["tex2jax.js"],
    "tex2jax": {"processClass": "math"},  # the rest of a page is left out, by MyST's class for that
    "HTML-CSS": {"availableFonts": [], "imageFont": None, "preferredFont": None, "webFont": "STIX-Web"},  # as Jupyter
    "showMathMenu": False,
    "messageStyle": "none",
}

html_theme = "sphinx_book_theme"
html_title = project
html_favicon = "static/icon.svg"
html_static_path = ["static"]
html_extra_path = ["extra"]
html_css_files = ["site.css"]
html_js_files = ["guesses.js"]
html_copy_source = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "use_download_button": False,  # each chapter links its notebook, without outputs, under its title
    "use_fullscreen_button": False,
    "show_toc_level": 2,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
