"""`counterfoil brief`, from one meeting to the next."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from tests.tables.brief.hostile import hostile_plant
from typer.testing import CliRunner, Result

from counterfoil.interfaces.cli.app import app
from counterfoil.tables.brief.files import FILES

NOT_A_NUMBER = json.dumps(
    {
        "as_of": "2025-03-31",
        "headline": {"EUR": {"invoiced": "NaN", "tied": "1", "without_work": "1", "at_risk": "1"}},
        "findings": {},
        "rules": {},
        "narrowing": {"sites": [], "categories": []},
    }
)


def run(*arguments: object) -> Result:
    return CliRunner(env={"COLUMNS": "140"}).invoke(app, ["brief", *map(str, arguments)])


def rows(path: Path) -> dict[str, dict[str, str]]:
    """The decisions of a file, by what they are about."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["about"].partition(" ")[0] or row["decision_id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def march(plant: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The brief of March."""
    out = tmp_path_factory.mktemp("march") / "brief"
    done = run(plant, "--as-of", "2025-03-31", "--out", out)
    assert done.exit_code == 0, done.output
    assert "Counterfoil review pack as of 2025-03-31" in done.output
    assert re.search(r"procurement +\d+ +0", done.output)
    return out


@pytest.fixture(scope="module")
def april(plant: Path, march: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The brief of April: meanwhile the people have edited the list in a spreadsheet, and invoice I4 has got its order."""
    folder = tmp_path_factory.mktemp("april")
    shutil.copytree(plant, folder / "plant")
    bills = folder / "plant" / "invoice_lines.csv"
    bills.write_text(bills.read_text("utf-8").replace("I4/1,I4,,1,,30", "I4/1,I4,O5/2,1,,5"), "utf-8")
    shutil.copytree(march, folder / "brief")
    path = folder / "brief" / "decisions.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        edited = list(csv.DictReader(file))
    for row in edited:
        row["due_on"] = "14.04.2025"
        if row["about"].startswith("price-above-order"):
            row |= {"person": "Ada", "note": "=HYPERLINK(1); credit asked for", "due_on": "30.04.2025"}
        if row["about"].startswith("order-without-work"):
            row |= {"status": "Dropped"}
    edited.append(dict.fromkeys(edited[0], "") | {"what": "Agree on a stock list", "owner": "operations", "due_on": "01.06.2025"})
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(edited[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(edited)
    done = run(folder / "plant", "--as-of", "2025-04-15", "--out", folder / "brief", "--previous", folder / "brief")
    assert done.exit_code == 0, done.output
    return folder / "brief"


def test_the_files_of_a_brief(march: Path) -> None:
    assert sorted(path.name for path in march.iterdir()) == sorted(FILES)
    figures = json.loads((march / "brief.json").read_text("utf-8"))
    assert figures["headline"]["EUR"]["invoiced"] == "464"
    assert figures["headline"]["EUR"]["without_work"] == "30"
    assert figures["spreads"]["totals"]["EUR"] == {"things": 2, "lines": 6, "paid": "612.5", "saving": "62.5"}
    assert figures["leakage"]["covered"]["USD"] == {"lines": 1, "value": "12"}
    assert figures["suppliers"]["suppliers"] == 3
    assert [case["rule"] for case in figures["cases"]].count("price-above-order") == 1
    found = rows(march / "decisions.csv")
    assert (found["price-above-order"]["owner"], found["price-above-order"]["due_on"]) == ("procurement", "2025-04-14")
    assert (found["price-above-contract"]["owner"], found["price-above-contract"]["due_on"]) == ("procurement", "2025-04-30")
    assert found["invoice-without-order"]["worth"] == "30.00 EUR"


def test_no_person_of_the_data_is_named_anywhere(march: Path) -> None:
    for path in march.iterdir():
        assert "Ada" not in path.read_text("utf-8"), path.name


def test_what_people_wrote_is_carried_over(april: Path) -> None:
    found = rows(april / "decisions.csv")
    price = found["price-above-order"]
    assert (price["person"], price["due_on"], price["status"]) == ("Ada", "2025-04-30", "open")
    assert price["note"] == "'=HYPERLINK(1); credit asked for"
    assert found["own-1"]["what"] == "Agree on a stock list"
    assert found["own-1"]["due_on"] == "2025-06-01"
    assert found["order-without-work"]["status"] == "dropped"


def test_what_the_data_have_settled_is_solved_and_what_is_past_its_day_is_late(april: Path) -> None:
    figures = json.loads((april / "brief.json").read_text("utf-8"))
    states = {one["about"].partition(" ")[0] or one["id"]: one["state"] for one in figures["decisions"]}
    assert states["invoice-without-order"] == "solved"
    assert states["price-above-contract"] == "late"
    assert states["price-above-order"] == "open"
    assert states["order-without-work"] == "dropped"
    assert figures["decisions"][0]["state"] == "late"
    assert figures["previous"] == "2025-03-31"


def test_the_pages_say_what_it_was_before(april: Path) -> None:
    page = (april / "brief.html").read_text("utf-8")
    assert "what it was in the brief of 2025-03-31" in page
    assert '439.00 EUR <span class="before">before: 464.00 EUR</span>' in page
    assert "1 decision was dropped and not shown" in page
    assert "Ada" in page  # whom the people put there


def test_what_people_wrote_is_never_overwritten_unread(plant: Path, march: Path) -> None:
    before = (march / "decisions.csv").read_bytes()
    done = run(plant, "--out", march)
    assert done.exit_code == 2
    assert "people may have written into it; carry it over with --previous" in done.output
    assert (march / "decisions.csv").read_bytes() == before


def test_another_list_beside_it_does_not_let_it_be_overwritten(plant: Path, march: Path, tmp_path: Path) -> None:
    shutil.copytree(march, tmp_path / "brief")
    shutil.copy(march / "decisions.csv", tmp_path / "brief" / "mine.csv")
    done = run(plant, "--previous", tmp_path / "brief" / "mine.csv", "--out", tmp_path / "brief")
    assert done.exit_code == 2
    assert "people may have written into it" in done.output


def test_a_brief_of_other_sites_is_not_carried_over(plant: Path, march: Path, tmp_path: Path) -> None:
    done = run(plant, "--site", "S", "--previous", march, "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "was of all sites, this brief is of sites S; give the same, or leave out --previous." in done.output
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("brief.json", "{}", "is not the brief.json of a brief"),
        ("brief.json", "[", "is not the brief.json of a brief"),
        ("brief.json", NOT_A_NUMBER, "is not the brief.json of a brief"),
        ("decisions.csv", "decision_id\n", "decisions.csv, line 1: has no column about, what,"),
        ("other.txt", "", "has neither decisions.csv nor brief.json"),
    ],
)
def test_a_brief_before_that_cannot_be_used_is_refused(plant: Path, tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / name).write_text(text, "utf-8")
    done = run(plant, "--previous", tmp_path / "before", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert said in done.output
    assert not (tmp_path / "out").exists()


def test_without_typst_pdf_is_refused_before_anything_is_read(plant: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("counterfoil.tables.brief.files.find_spec", lambda name: None)
    done = run(plant, "--pdf", "--out", tmp_path / "out")
    assert done.exit_code == 2
    assert "--pdf needs Typst, which is not installed; install it with: pip install 'counterfoil[pdf]'" in done.output
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_pdf_files_of_a_plant_that_means_ill(tmp_path: Path) -> None:
    pytest.importorskip("typst", reason="the extra “pdf” is not installed")
    out = tmp_path / "out"
    done = run(hostile_plant(tmp_path / "plant"), "--pdf", "--out", out)
    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in out.iterdir()) == sorted((*FILES, "brief.pdf", "deck.pdf"))
    assert (out / "brief.pdf").read_bytes().startswith(b"%PDF-")
    again = run(tmp_path / "plant", "--previous", out, "--out", out)
    assert "Of an earlier brief: brief.pdf, deck.pdf; --pdf writes them anew." in again.output
    with (out / "decisions.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "-", "@")]
