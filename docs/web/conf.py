"""The docs site: every page of the project as it is read in plain Markdown, with navigation and search. Built by `make docs`.

The source folder is the project itself, so that a link from one page to another, or to a file, leads to the same place in the site
as beside the code. The navigation is declared here; the pages know nothing of it.
"""

import shutil
from pathlib import Path

from sphinx.application import Sphinx

project = "Counterfoil"
extensions = ["myst_parser"]
root_doc = "README"
include_patterns = ["*.md", "docs/**/*.md", "samples/**/*.md"]
exclude_patterns = [".*", "out", "build", "dist", "src", "tests"]

myst_heading_anchors = 4
html_theme = "furo"
html_title = "Counterfoil"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_use_index = False
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_theme_options = {"top_of_page_buttons": []}

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
        "Concepts": ["docs/concepts/*"],
        "Guides": ["docs/guides/own-export", "docs/guides/*"],
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
