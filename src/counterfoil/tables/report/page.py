"""A page of a run: one file that needs nothing but itself. No network, its own style and script alone, everything from data escaped."""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from counterfoil.tables.text import count, money, shortened, visible

_ROOM = "counterfoil.tables.report"


def render_page(template: str, *, script: str = "", more_style: str = "", **values: object) -> str:
    """A template of templates/ as HTML. `script`: a file of templates/ that the page runs ("" = none; it then allows none). `more_style`: a
    file of templates/ with what the page adds to the style that all share. `values`: what the template shows; texts among them are escaped,
    and control characters and direction marks written out."""
    pages = Environment(
        loader=PackageLoader(_ROOM), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_visible
    )
    pages.filters.update(money=money, count=count, shortened=shortened)
    style = _asset("style.css") + (_asset(more_style) if more_style else "")
    program = _asset(script) if script else ""
    return pages.get_template(template).render(
        **values,
        style=Markup(style),  # noqa: S704  our own file, not data
        script=Markup(program),  # noqa: S704
        security=_security(style, program),
    )


def print_colours() -> dict[str, str]:
    """The colours that pages have on paper, by name: those of the style that all share."""
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", _asset("style.css").split("@media print")[1]))


def data(value: object) -> Markup:
    """JSON for a <script type="application/json">: nothing in it can end the element. The caller has made its texts `visible`."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704


def _security(style: str, program: str) -> str:
    """The page's Content-Security-Policy: its own style and script by their digests, and nothing else at all."""
    allowed: Sequence[tuple[str, str]] = (("style-src", style), ("script-src", program))
    sources = [f"{kind} 'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for kind, text in allowed if text]
    return "; ".join(["default-src 'none'", *sources, "base-uri 'none'", "form-action 'none'"])


def _asset(name: str) -> str:
    return (resources.files(_ROOM) / "templates" / name).read_text("utf-8")


def _visible(value: object) -> object:
    return visible(value) if type(value) is str else value
