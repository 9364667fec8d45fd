"""The docs site: every page of the project as it is read in plain Markdown, with navigation and search. Built by `make docs`.

The source folder is the project itself, so that a link from one page to another, or to a file, leads to the same place in the site
as beside the code. The navigation is declared here; the pages know nothing of it.
"""

import shutil

from sphinx.application import Sphinx

# The colours of the report; the fonts are those of the reader's machine.
FONTS = {
    "font-stack": 'system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif',
    "font-stack--monospace": 'ui-monospace, "SFMono-Regular", Menlo, Consolas, "Liberation Mono", monospace',
}
LIGHT = {
    "color-brand-primary": "#1d6b57",
    "color-brand-content": "#1d6b57",
    "color-brand-visited": "#1d6b57",
    "color-foreground-primary": "#1b211e",
    "color-foreground-secondary": "#55605a",
    "color-foreground-muted": "#5b6660",
    "color-background-primary": "#ffffff",
    "color-background-secondary": "#f4f5f2",
    "color-background-hover": "#e8ece8",
    "color-background-border": "#dde2dd",
    "color-code-background": "#f4f5f2",
    "color-inline-code-background": "#eef1ed",
}
DARK = {
    "color-brand-primary": "#58b79c",
    "color-brand-content": "#58b79c",
    "color-brand-visited": "#58b79c",
    "color-foreground-primary": "#e3e8e4",
    "color-foreground-secondary": "#a5b0a9",
    "color-foreground-muted": "#98a49d",
    "color-background-primary": "#111513",
    "color-background-secondary": "#181d1a",
    "color-background-hover": "#1f2522",
    "color-background-border": "#2c3430",
    "color-code-background": "#1f2522",
    "color-inline-code-background": "#1f2522",
}

project = "Counterfoil"
extensions = ["myst_parser"]
root_doc = "README"
include_patterns = ["*.md", "docs/**/*.md", "samples/**/*.md"]
exclude_patterns = [".*", "out", "build", "dist", "src", "tests"]

myst_heading_anchors = 4
html_theme = "furo"
html_title = "Counterfoil"
html_static_path = ["static"]
templates_path = ["templates"]
html_css_files = ["site.css"]
html_favicon = "static/slip.svg"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_theme_options = {"top_of_page_buttons": [], "light_css_variables": FONTS | LIGHT, "dark_css_variables": FONTS | DARK}

TREE = """
```{{toctree}}
:caption: {caption}
:glob:
:hidden:

{pages}
```
"""

# In a tree, what a pattern finds comes after the pages that are named before it, and only once.
NAVIGATION = {
    "README": {
        "Start": ["self"],
        "Concepts": ["docs/concepts/chain", "docs/concepts/rules", "docs/concepts/need", "docs/concepts/tolerance", "docs/concepts/*"],
        "Guides": ["docs/guides/own-export", "docs/guides/spreadsheet", "docs/guides/sap", "docs/guides/*"],
        "Reference": ["docs/reference/tables", "docs/reference/rules", "docs/reference/words", "docs/reference/files", "docs/reference/*"],
        "Samples": ["samples/plant/README", "samples/**"],
        "Internals": ["docs/internals/ARCHITECTURE", "docs/decisions/README", "docs/internals/*", "CONTRIBUTING", "CHANGELOG"],
    },
    "docs/decisions/README": {"Decisions": ["/docs/decisions/*"]},
}


def add_navigation(app: Sphinx, page: str, source: list[str]) -> None:
    """Puts the trees of a page at its end, where they show in the side bar alone."""
    trees = NAVIGATION.get(page, {})
    source[0] += "".join(TREE.format(caption=caption, pages="\n".join(pages)) for caption, pages in trees.items())


def add_index(app: Sphinx, error: Exception | None) -> None:
    """A folder of pages is opened at index.html; the first page is the README."""
    if error is None:
        shutil.copyfile(app.outdir / "README.html", app.outdir / "index.html")


def setup(app: Sphinx) -> None:
    app.connect("source-read", add_navigation)
    app.connect("build-finished", add_index)
