"""health.html and health.csv: what anybody may open, whatever stood in the data."""

import base64
import csv
import hashlib
import json
import re
from pathlib import Path

import pytest
from tests import plants
from tests.interfaces.hand_made import HOSTILE
from tests.interfaces.taken_apart import Page
from tests.scenarios.gaps import GAPS, SETTINGS, tables_of

from counterfoil.tables.check import open_check
from counterfoil.tables.health import examine
from counterfoil.tables.output import HEALTH_COLUMNS, write_outputs
from counterfoil.tables.policy import load_policy
from counterfoil.tables.report.health import render_health
from counterfoil.tables.text import visible

pytestmark = pytest.mark.slow

CELLS = tuple(text for text in HOSTILE if text and not set(text) & set("\r\n\x00"))


def hostile_plant(folder: Path, texts: tuple[str, ...]) -> Path:
    """Every id, site, name, currency, column and word is one of the texts, and all that can be bad is: nothing is said of anything."""
    suppliers = [["supplier_id", "name", "tax_id", "status"], *([f"{text}{twin}", text, text, text] for text in texts for twin in "ab")]
    orders = [["purchase_order_id", "site_id", "supplier_id", "status", "currency"]]
    lines = [["purchase_order_line_id", "purchase_order_id", "quantity", "unit_price", "unit", texts[0]]]
    for number, text in enumerate(texts):
        orders.append([text, text, f"nobody {text}", "issued", text])
        lines.append([f"{text}/{number}", text, "1", "2", "", ""])
        lines.append([f"{text}!{number}", text, text, "2", "", ""])
    works = [["work_order_id", "site_id", "status", "completed_at"], *([text, text, "completed", "1900-01-01"] for text in texts)]
    tables = {"suppliers": suppliers, "purchase_orders": orders, "purchase_order_lines": lines, "work_orders": works}
    return plants.write(folder, tables)


def page_of(folder: Path) -> str:
    with open_check(folder, policy=load_policy(None), as_of=SETTINGS.as_of, rules=("need-unstated",)) as result:
        return render_health(examine(result), result)


@pytest.mark.parametrize("texts", [CELLS[:9], CELLS[9:]], ids=["first", "rest"])
def test_hostile_texts_are_shown_and_do_nothing(tmp_path: Path, texts: tuple[str, ...]) -> None:
    html = page_of(hostile_plant(tmp_path / "hostile", texts))
    page = Page(html)
    assert page.tags["script"] == page.tags["img"] == page.tags["iframe"] == page.tags["link"] == 0
    assert page.tags["style"] == 1
    assert not [one for one in page.attributes if one[1].startswith("on") or one[1] in ("src", "style", "srcset")]
    assert {value for _, name, value in page.attributes if name == "href" and not value.startswith("#")} == {"report.html"}
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028]", html)
    for text in texts:
        assert " ".join(visible(text)[:50].split()) in page.text
    harmless = Page(page_of(hostile_plant(tmp_path / "harmless", tuple(f"text {number}" for number in range(len(texts))))))
    assert page.tags == harmless.tags


def test_every_link_inside_the_page_leads_somewhere_and_no_id_is_twice(tmp_path: Path) -> None:
    html = page_of(plants.write(tmp_path, tables_of(GAPS)))
    page = Page(html)
    ids = [value for _, name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for _, name, value in page.attributes if name == "href" and value.startswith("#")} <= set(ids)


def test_the_page_allows_its_own_style_alone(tmp_path: Path) -> None:
    html = page_of(plants.write(tmp_path, tables_of(GAPS[:2])))
    (style,) = re.findall("<style>(.*?)</style>", html, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    (policy,) = re.findall('http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "http:" not in html.replace("http-equiv", "")
    assert "https:" not in html


def test_the_page_says_what_why_who_and_how(tmp_path: Path) -> None:
    """One line of no need among two: its number, its share, the judgement and the money that it costs, and the buyer who mends it."""
    page = Page(page_of_all(plants.write(tmp_path, tables_of(GAPS[:2]))))
    assert "Order lines that do not say what they are for" in page.text
    assert "1 of 2 order lines 50.0 %" in page.text
    assert "Up to 1 judgement lost order-without-work 1" in page.text
    assert "Money in these rows 1,000.00 EUR" in page.text
    assert "Fill the need of the order line, or name its work order; make the field mandatory. buyer" in page.text
    assert "L-1" in page.text


def page_of_all(folder: Path) -> str:
    with open_check(folder, policy=load_policy(None), as_of=SETTINGS.as_of) as result:
        return render_health(examine(result), result)


def test_the_file_says_every_measure_in_every_place(tmp_path: Path) -> None:
    """Shares and amounts are plain decimals; texts that a spreadsheet would run are none."""
    tables = tables_of(GAPS[:2])
    tables["sites"].append(["=1+1", "UTC"])
    site = tables["purchase_orders"][0].index("site_id")
    tables["purchase_orders"][2][site] = "=1+1"
    with open_check(plants.write(tmp_path / "plant", tables), policy=load_policy(None), as_of=SETTINGS.as_of) as result:
        (tmp_path / "out").mkdir()
        write_outputs(result, tmp_path / "out")
    with (tmp_path / "out" / "health.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == HEALTH_COLUMNS
    told = {(row["scope"], row["site_id"]): row for row in rows if row["measure"] == "need-missing"}
    assert set(told) == {("all", ""), ("site", "A"), ("site", "'=1+1")}
    row = told["site", "'=1+1"]
    assert (row["rows"], row["of"], row["share"], row["judgements_lost"]) == ("1", "1", "1.000000", "1")
    assert json.loads(row["rules"]) == {"order-without-work": 1}
    assert json.loads(row["amounts"]) == {"EUR": "1000"}
    assert json.loads(row["examples"]) == ["L-1"]
    assert told["all", ""]["share"] == "0.500000"
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


@pytest.mark.parametrize("rows", [5, 400])
def test_the_page_is_of_bounded_size(tmp_path: Path, rows: int) -> None:
    """However long the ids, however many the sites, unknown words and lost references."""
    orders = [
        ["purchase_order_id", "site_id", "supplier_id", "status"],
        *([f"{n}" * 2000, f"s{n}" * 900, f"x{n}", "limbo" * n] for n in range(rows)),
    ]
    suppliers = [["supplier_id", "status"], ["S", "approved"]]
    html = page_of(plants.write(tmp_path, {"purchase_orders": orders, "suppliers": suppliers}))
    assert len(html) < 250_000
