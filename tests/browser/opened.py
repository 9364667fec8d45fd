"""A page in the browser, what was noticed while it was open, and the questions that any page of ours has to answer."""

from pathlib import Path
from typing import Any, NamedTuple

import axe_playwright_python
from playwright.sync_api import Browser, ConsoleMessage, Page

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

A4_BETWEEN_MARGINS = 688
"""CSS pixels: 210 mm less 14 mm at either side."""

HEIGHT = 900

WATCH_POLICY = """
window.policyViolations = [];
document.addEventListener("securitypolicyviolation", (event) =>
    window.policyViolations.push(`${event.effectiveDirective} refused ${event.blockedURI}`), true);
"""

# What every question below needs: what an element is called in a message, whether it is seen, and whether something else scrolls it.
WORDS = """
const named = (element) => {
    const id = element.id ? `#${element.id}` : "";
    const classes = [...element.classList].map((name) => `.${name}`).join("");
    const text = (element.getAttribute("aria-label") || element.textContent).trim().replace(/\\s+/g, " ").slice(0, 40);
    return `${element.localName}${id}${classes} "${text}"`;
};
const seen = (element) => element.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && element.getBoundingClientRect().width > 1 && element.getBoundingClientRect().height > 1;
const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
const inScroller = (element) => {
    for (let one = element.parentElement; one && one !== document.body; one = one.parentElement) if (scrolls(one)) return true;
    return false;
};
"""

TOO_WIDE = """() => {
    const edge = document.documentElement.clientWidth;
    const wide = [...document.body.querySelectorAll("*")]
        .filter((one) => seen(one) && !inScroller(one) && one.getBoundingClientRect().right > edge + 1).map(named);
    const whole = document.scrollingElement.scrollWidth;
    return whole > edge ? [`the page is ${whole} wide, the window ${edge}`, ...wide] : wide;
}"""

CUT = """() => [...document.body.querySelectorAll("*")].filter((one) => {
    const style = getComputedStyle(one);
    const cutX = style.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1;
    const cutY = style.overflowY !== "visible" && one.scrollHeight > one.clientHeight + 1;
    return seen(one) && !(one instanceof SVGElement) && (cutX || cutY);
}).map(named)"""

MOVING = """() => {
    const lasts = (text) => text.split(",").some((one) => parseFloat(one) > 0.01);
    const elements = [...document.querySelectorAll("*")];
    const slow = elements.filter((one) => ["", "::before", "::after"].some((part) => {
        const style = getComputedStyle(one, part || null);
        return lasts(style.transitionDuration) || (style.animationName !== "none" && lasts(style.animationDuration));
    })).map(named);
    return elements.some((one) => getComputedStyle(one).scrollBehavior === "smooth") ? ["smooth scrolling", ...slow] : slow;
}"""

UNREACHED = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [onclick], [tabindex='0']")]
    .filter((one) => seen(one) && !one.disabled && one.type !== "radio" && !window.visited.has(one)).map(named)"""

# The look of the element that has the focus, then its look without, at once: transitions are off from the first stop on. An element under a
# fixed bar is hit at none of the points.
FOCUSED = """(visited) => {
    const one = document.activeElement;
    if (!visited) {
        window.visited = new Set();
        document.adoptedStyleSheets = [new CSSStyleSheet()];
        document.adoptedStyleSheets[0].replaceSync("* { transition: none !important; }");
    }
    if (one === document.body || one === null || window.visited.has(one)) return null;
    window.visited.add(one);
    const look = () => {
        const style = getComputedStyle(one);
        const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 ? style.outline : "";
        return [outline, style.boxShadow, style.backgroundColor, style.borderColor, style.textDecoration, style.color].join(" | ");
    };
    const hit = [...one.getClientRects()].some((box) => [0.1, 0.5, 0.9].some((x) => [0.1, 0.5, 0.9].some((y) => {
        const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
        return top && (one.contains(top) || (top.localName === "label" && top.control === one));
    })));
    const focused = look();
    one.blur();
    const plain = look();
    one.focus({focusVisible: true, preventScroll: true});
    return {name: named(one), marked: focused !== plain, hit};
}"""


class Stop(NamedTuple):
    """Where the Tab key leads. `marked`: it looks otherwise than without the focus. `hit`: it is in the window and nothing lies over it."""

    name: str
    marked: bool
    hit: bool


class Opened:
    """A page that is open, with everything that it said, tried and asked for since."""

    def __init__(self, browser: Browser, file: Path, width: int, dark: bool, at: str = "", **options: Any) -> None:
        """`at`: what follows the name of the file in the address, such as #rules."""
        self.url = file.resolve().as_uri()
        self.console: list[str] = []
        self.errors: list[str] = []
        self.requests: list[str] = []
        scheme = "dark" if dark else "light"
        self.context = browser.new_context(viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, offline=True, **options)
        self.page: Page = self.context.new_page()
        self.page.add_init_script(WATCH_POLICY)
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self.page.goto(self.url + at)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert"):
            self.console.append(f"{message.type}: {message.text}")

    def widen(self, width: int) -> None:
        """Open the page again in a window of that width."""
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        self.page.goto(self.url)

    def noises(self) -> list[str]:
        """What a page of ours never does: complain on the console, fail, break its own policy, ask for anything but itself."""
        violations: list[str] = self.page.evaluate("window.policyViolations")
        asked = [url for url in self.requests if url.partition("#")[0] != self.url]
        return [*self.console, *self.errors, *violations, *(f"asks for {url}" for url in asked)]

    def assert_quiet(self) -> None:
        assert self.noises() == []

    def ask(self, question: str, argument: object = None) -> Any:
        """What a function of JavaScript says that may use the `WORDS`."""
        return self.page.evaluate(f"(argument) => {{ {WORDS} return ({question})(argument); }}", argument)

    def too_wide(self) -> list[str]:
        """What stands out of the window to the right, where nothing scrolls it."""
        return self.ask(TOO_WIDE)

    def cut(self) -> list[str]:
        """What does not show all that is in it: on paper nothing can be scrolled."""
        return self.ask(CUT)

    def moving(self) -> list[str]:
        """What moves by itself, or takes its time to change."""
        return self.ask(MOVING)

    def tab_through(self) -> list[Stop]:
        """Every place that the Tab key leads to, in order, once round the page."""
        stops: list[Stop] = []
        while True:
            self.page.keyboard.press("Tab")
            stop = self.ask(FOCUSED, bool(stops))
            if stop is None:
                return stops
            stops.append(Stop(**stop))

    def unreached(self) -> list[str]:
        """What works by mouse, and `tab_through` did not lead to. Of radio buttons it leads to one a group, so they are not counted."""
        return self.ask(UNREACHED)


def axe(page: Page) -> list[str]:
    """What axe-core finds wrong by WCAG 2.2 A and AA and by good practice: a line an element, readable."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    # preload: axe would read style sheets beside a page once more, in a way that a browser refuses for files.
    options = {"runOnly": {"type": "tag", "values": list(AXE_TAGS)}, "resultTypes": ["violations"], "preload": False}
    found = page.evaluate("(options) => axe.run(document, options)", options)["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {' '.join(map(str, node['target']))}: {' '.join(node['failureSummary'].split())}"
        for one in found
        for node in one["nodes"]
    ]
