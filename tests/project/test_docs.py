"""The docs site: built without a warning, whole, and sufficient to itself."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
LOADING = {("script", "src"), ("link", "href"), ("img", "src"), ("source", "src"), ("iframe", "src"), ("object", "data"), ("use", "href")}


class Page(HTMLParser):
    """What a page links to, what it loads, and the places in it that can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.places: set[str] = set()
        self.navigation: list[str] = []
        self._depth = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "div":
            self._depth += 1 if self._depth or "sidebar-tree" in given.get("class", "") else 0
        if "id" in given:
            self.places.add(given["id"])
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
            if self._depth:
                self.navigation.append(given["href"])
        self.loads += [given[name] for which, name in LOADING if which == tag and name in given]

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._depth:
            self._depth -= 1


@cache
def read_page(path: Path) -> Page:
    return Page(path.read_text(encoding="utf-8"))


def find_pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def lead_to(page: Path, link: str) -> tuple[Path, str]:
    """The file and the place in it that a link of a page leads to."""
    parts = urlsplit(link)
    return ((page.parent / unquote(parts.path)).resolve() if parts.path else page), unquote(parts.fragment)


def test_it_is_built_by_make_docs_as_here() -> None:
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").split("\ndocs: ")[1].split("\n\n")[0]
    assert recipe.index("tools/reference.py") < recipe.index("-m sphinx -W --keep-going -q -b html -c docs/web")


def test_every_document_is_a_page_and_in_the_navigation(site: Path) -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "samples").rglob("*.md")]
    wanted = {path.relative_to(ROOT).with_suffix(".html").as_posix() for path in documents}
    assert len(wanted) > 20
    start = site / "docs" / "decisions" / "README.html"
    found = {lead_to(start, link)[0] for link in read_page(start).navigation} | {start}
    assert {path.relative_to(site).as_posix() for path in found} >= wanted


def test_the_navigation_is_in_order(site: Path) -> None:
    captions = re.findall(r'<span class="caption-text">(.+?)</span>', (site / "index.html").read_text(encoding="utf-8"))
    assert captions == ["Start", "Concepts", "Guides", "Reference", "Samples", "Internals"]


def test_every_link_and_anchor_leads_somewhere(site: Path) -> None:
    checked = 0
    for page in find_pages(site):
        for link in read_page(page).links:
            if urlsplit(link).scheme in ("http", "https"):
                continue
            file, place = lead_to(page, link)
            assert file.is_relative_to(site.resolve()), f"{page.name}: {link}"
            assert file.is_file(), f"{page.name}: {link}"
            assert not place or place in read_page(file).places, f"{page.name}: {link}"
            checked += 1
    assert checked > 1000


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    for page in find_pages(site):
        for address in read_page(page).loads:
            parts = urlsplit(address)
            assert (parts.scheme, parts.netloc) in (("", ""), ("data", "")), f"{page.name} loads {address}"
            if not parts.scheme and parts.path:
                assert lead_to(page, address)[0].is_file(), f"{page.name} loads {address}"
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"@import|url\(\s*['\"]?(?!data:|['\"]?#)(?:[a-z]+:)?//", text), style.name
        assert "@font-face" not in text, style.name


def test_no_script_asks_for_anything_from_elsewhere(site: Path) -> None:
    known = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    for script in site.rglob("*.js"):
        code = re.sub(r"/\*.*?\*/|^\s*//.*$", "", script.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        if script.name != "searchindex.js":
            assert set(re.findall(r"['\"`](https?://[^'\"`\s]+)", code)) <= known, script.name


def test_the_first_page_is_the_readme(site: Path) -> None:
    assert (site / "index.html").read_bytes() == (site / "README.html").read_bytes()
