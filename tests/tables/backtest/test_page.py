"""The page of a back-test, and the command that writes it."""

import csv
import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests import plants
from tests.interfaces.hand_made import HOSTILE
from tests.tables.backtest.test_figures import TABLES
from typer.testing import CliRunner, Result

from counterfoil.interfaces.cli.app import app
from counterfoil.tables.backtest.files import FILES
from counterfoil.tables.backtest.page import render_backtest
from counterfoil.tables.backtest.run import open_backtest
from counterfoil.tables.policy import load_policy

TEXTS = [text for text in HOSTILE if "\r" not in text]
"""A lone carriage return ends a line of a CSV file."""


def run(*arguments: object) -> Result:
    return CliRunner(env={"COLUMNS": "120"}).invoke(app, ["backtest", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return plants.write(tmp_path / "plant", {name: plants.drawn(text) for name, text in TABLES.items()})


def hostile_plant(folder: Path) -> Path:
    """Orders whose site, supplier, category and ids are texts that somebody means ill with."""
    orders = [["purchase_order_id", "site_id", "supplier_id", "status", "currency", "issued_at"]]
    lines = [["purchase_order_line_id", "purchase_order_id", "category", "quantity", "unit_price", "need", "work_order_id"]]
    for number, text in enumerate(TEXTS):
        orders.append([f"{number}{text}", text, text, "issued", text[:8], f"2024-{number % 12 + 1:02}-10"])
        lines.append([f"line {number}{text}", f"{number}{text}", text, "1", "10", "work", "later" if number % 2 else ""])
    works = [["work_order_id", "created_at"], ["later", "2025-03-01"]]
    return plants.write(folder, {"work_orders": works, "purchase_orders": orders, "purchase_order_lines": lines})


def test_the_command_prints_what_each_gate_would_have_stopped(folder: Path) -> None:
    done = run(folder)
    assert done.exit_code == 0, done.output
    assert re.search(
        r"order-needs-work +7 +6 +3 +50.0 % +1 +1.00 \(no currency\), 0.0 %|order-needs-work +7 +6 +3 +50.0 % +1 ", done.output
    )
    assert "103.00 EUR, 27.2 %" in done.output
    assert "invoice-needs-order was not asked: needs table invoices and" in done.output


def test_json_and_nothing_else(folder: Path) -> None:
    done = run(folder, "--gate", "order-needs-work", "--from", "2024-03-31", "--format", "json")
    said = json.loads(done.stdout)
    assert list(said["gates"]) == ["order-needs-work"]
    assert said["gates"]["order-needs-work"]["stopped"] == 2
    assert said["gates"]["order-needs-work"]["by"]["month"]["2024-03"]["days"] == {"1": 1}
    assert said["narrowing"] == {"from": "2024-03-31"}
    assert not list(folder.glob("counterfoil-out*"))


def test_the_files_of_a_back_test(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run(folder, "--out", out)
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)
    with (out / "backtest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["line_id"] for row in rows] == ["n1-march", "n1-never", "s1-march", "s1-never", "n2-april", "x1-never"]
    told = {name: rows[0][name] for name in ("gate", "document", "amount", "currency", "month", "moment", "cured_at", "days")}
    assert told == {
        "gate": "order-needs-work",
        "document": "purchase_order",
        "amount": "25.05",
        "currency": "EUR",
        "month": "2024-03",
        "moment": "2024-03-10",
        "cured_at": "2024-03-20",
        "days": "10",
    }
    assert rows[1]["cured_at"] == rows[1]["days"] == ""
    assert pq.read_table(out / "backtest.parquet").num_rows == 6
    page = (out / "backtest.html").read_text(encoding="utf-8")
    assert "6 stops of 7 asked, 50.0 % of them false" in page
    assert "3 never cured, 3 cured later in all" in page
    assert "same day 0, 1–7 days 2, 8–30 1, 31–90 0, &gt; 90 0" in page
    assert json.loads((out / "backtest.json").read_text(encoding="utf-8"))["gates"]["order-needs-work"]["stopped"] == 6


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--gate", "order-needs-wok"), "did you mean order-needs-work?"),
        (("--gate", "love"), "the gates are order-needs-work, invoice-needs-order,"),
        (("--from", "yesterday"), "does not match the format"),
        (("--site", "Mars"), "There is no site 'Mars' in the data"),
        (("--from", "2024-02-02", "--to", "2024-02-01"), "--to 2024-02-01 is before --from 2024-02-02"),
    ],
)
def test_what_cannot_be_asked_is_said(folder: Path, options: tuple[str, ...], said: str) -> None:
    done = run(folder, *options)
    assert done.exit_code == 2
    assert said in re.sub(r"[\s│]+", " ", done.output)


def test_hostile_texts_are_texts_on_the_page_and_in_the_spreadsheet(tmp_path: Path) -> None:
    folder = hostile_plant(tmp_path / "plant")
    with open_backtest(folder, policy=load_policy()) as backtest:
        assert backtest.outcomes[0].figures.stopped == len(TEXTS)
        page = render_backtest(backtest)
    tags = set(re.findall(r"<([a-z0-9]+)", re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", page, flags=re.DOTALL)))
    assert not tags & {"script", "img", "iframe", "object", "b", "i"}
    assert "default-src 'none'" in page
    assert not re.search(r"[\u202a-\u202e\x00-\x08]", page)
    out = tmp_path / "out"
    assert run(folder, "--out", out, "--gate", "order-needs-work").exit_code == 0
    with (out / "backtest.csv").open(encoding="utf-8", newline="") as file:
        assert not [row["site_id"] for row in csv.DictReader(file) if row["site_id"][:1] in ("=", "+", "-", "@")]


def test_a_page_with_nothing_to_say(tmp_path: Path) -> None:
    folder = plants.write(tmp_path / "plant", {"sites": [["site_id"], ["N"]]})
    with open_backtest(folder, policy=load_policy()) as backtest:
        page = render_backtest(backtest)
    assert page.count("not asked</span>") == 4
    assert "<svg class" not in page
