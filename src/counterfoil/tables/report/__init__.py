"""The report of a run: one page that needs nothing but itself, no network and no script."""

import base64
import hashlib
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from counterfoil.tables.report.text import count, money, shortened, visible
from counterfoil.tables.report.view import make_view
from counterfoil.tables.result import CheckResult


def render(result: CheckResult) -> str:
    """The page as HTML. Its length is bounded however many findings there are, and everything that comes from data is escaped."""
    style = (resources.files(__name__) / "templates" / "style.css").read_text("utf-8")
    pages = Environment(
        loader=PackageLoader(__name__),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
    )
    pages.filters.update(money=money, count=count, shortened=shortened)
    return pages.get_template("page.html").render(
        view=make_view(result),
        result=result,
        style=Markup(style),  # noqa: S704  our own file, not data
        style_hash=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
    )


def _visible(value: object) -> object:
    """Every value on its way into the page: control characters and direction marks written out."""
    return visible(value) if type(value) is str else value
