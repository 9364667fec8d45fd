"""A damaged plant: what was taken away is known, all else stands as it was, and its texts are as messy as they say."""

import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import mean, median

import pytest
from benchmarks.damage import KINDS, Truth, damage, read_truth
from benchmarks.damage.bills import WAYS
from benchmarks.damage.papers import Papers, Row, read_papers
from benchmarks.damage.texts import LONGEST, dice, join_texts, order_number, other_spelling, slip, work_number

from counterfoil.tables.database import open_database
from counterfoil.tables.reading import read_folder
from counterfoil.tables.seed import FEWEST_ORDERS, make_plant

SEED, SHARE = 7, 0.3


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """A clean plant; the same with messy texts and nothing lost; and with three links of ten lost."""
    home = tmp_path_factory.mktemp("damage")
    (home / "plant").mkdir()
    make_plant(home / "plant", FEWEST_ORDERS, SEED, cases=(), threads=1)
    damage(home / "plant", home / "whole", SEED, 0)
    damage(home / "plant", home / "damaged", SEED, SHARE)
    return {name: home / name for name in ("plant", "whole", "damaged")}


@pytest.fixture(scope="module")
def whole(folders: Mapping[str, Path]) -> Papers:
    return read_papers(folders["whole"])


@pytest.fixture(scope="module")
def damaged(folders: Mapping[str, Path]) -> Papers:
    return read_papers(folders["damaged"])


@pytest.fixture(scope="module")
def truth(folders: Mapping[str, Path]) -> Truth:
    return read_truth(folders["damaged"])


def placed(papers: Papers) -> dict[str, str]:
    """The order line of each receipt that has one."""
    lines = papers.order_of
    return {row["receipt_line_id"]: row["purchase_order_line_id"] for row in papers["receipts"] if row["purchase_order_line_id"] in lines}


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(folders: Mapping[str, Path], tmp_path: Path) -> None:
    told = damage(folders["plant"], tmp_path / "again", SEED, SHARE)
    files = {path.relative_to(tmp_path / "again"): path.read_bytes() for path in (tmp_path / "again").rglob("*") if path.is_file()}

    assert files == {file: (folders["damaged"] / file).read_bytes() for file in files}
    assert told == read_truth(folders["damaged"])


@pytest.mark.slow
def test_another_seed_takes_other_links_and_the_form_of_the_files_changes_nothing(folders: Mapping[str, Path], tmp_path: Path) -> None:
    (tmp_path / "plant").mkdir()
    make_plant(tmp_path / "plant", FEWEST_ORDERS, SEED, "parquet", cases=(), threads=1)
    assert damage(tmp_path / "plant", tmp_path / "same", SEED, SHARE) == read_truth(folders["damaged"])
    assert damage(tmp_path / "plant", tmp_path / "other", SEED + 1, SHARE) != read_truth(folders["damaged"])


@pytest.mark.slow
def test_a_larger_share_damages_the_same_documents_and_more(folders: Mapping[str, Path], truth: Truth, tmp_path: Path) -> None:
    more = damage(folders["plant"], tmp_path / "more", SEED, 2 * SHARE)
    for kind in KINDS:
        lost, also = ({line for line in some.of(kind) if line.targets} for some in (truth, more))
        assert lost < also


def test_a_plant_with_planted_faults_is_refused_and_so_is_a_folder_that_is_there(folders: Mapping[str, Path], tmp_path: Path) -> None:
    (tmp_path / "seed").mkdir()
    (tmp_path / "seed" / "planted.csv").write_text("rule,kind\norder-unknown,fault\n", "utf-8")
    with pytest.raises(ValueError, match="planted faults"):
        damage(tmp_path, tmp_path / "damaged", SEED, SHARE)
    with pytest.raises(ValueError, match=r"share of 1\.5"):
        damage(folders["plant"], tmp_path / "damaged", SEED, 1.5)
    assert not (tmp_path / "damaged").exists()
    with pytest.raises(FileExistsError):
        damage(folders["plant"], tmp_path / "seed", SEED, SHARE)
    assert [path.name for path in (tmp_path / "seed").iterdir()] == ["planted.csv"]


def test_the_share_of_links_that_was_asked_for_is_gone_and_no_more(whole: Papers, damaged: Papers) -> None:
    for before, after in ((whole.billed_line, damaged.billed_line), (whole.works_of, damaged.works_of), (placed(whole), placed(damaged))):
        lost = sum(line not in after for line in before)
        assert SHARE * 0.97 * len(before) < lost < SHARE * 1.03 * len(before)
        assert all(before[line] == after[line] for line in after if line in before)


def test_every_line_without_a_link_is_in_the_truth_and_no_other(damaged: Papers, truth: Truth) -> None:
    assert truth_is_whole(damaged, truth)


@pytest.mark.full
@pytest.mark.parametrize(("seed", "lost"), [(11, 0.1), (12, 0.6), (13, 1)])
def test_other_plants_are_damaged_as_well(seed: int, lost: float, tmp_path: Path) -> None:
    (tmp_path / "plant").mkdir()
    make_plant(tmp_path / "plant", FEWEST_ORDERS, seed, cases=(), threads=1)
    truth = damage(tmp_path / "plant", tmp_path / "damaged", seed, lost)
    assert truth_is_whole(read_papers(tmp_path / "damaged"), truth)
    with open_database() as database:
        assert not any(table.rejected for table in read_folder(tmp_path / "damaged", database).tables.values())


def truth_is_whole(damaged: Papers, truth: Truth) -> bool:
    """The lines of the truth are those without a link, each once."""
    billed = {row["invoice_id"] for row in damaged["invoice_lines"]}
    every = {
        "invoice_line": {(row["invoice_id"], row["invoice_line_id"]) for row in damaged["invoice_lines"]}
        | {(row["invoice_id"], "") for row in damaged["invoices"] if row["invoice_id"] not in billed},
        "order_line": {(row["purchase_order_id"], row["purchase_order_line_id"]) for row in damaged["purchase_order_lines"]},
        "receipt": {(row["receipt_id"], row["receipt_line_id"]) for row in damaged["receipts"]},
    }
    linked = {"invoice_line": damaged.billed_line, "order_line": damaged.works_of, "receipt": placed(damaged)}
    return all(
        sorted((line.document_id, line.line_id) for line in truth.of(kind))
        == sorted((document, line) for document, line in every[kind] if line not in linked[kind])
        for kind in KINDS
    )


def test_the_truth_is_what_was_linked_before(whole: Papers, truth: Truth) -> None:
    before = {
        "invoice_line": {line: (whole.order_of[of], of) for line, of in whole.billed_line.items()},
        "order_line": {line: (works[0], "") for line, works in whole.works_of.items() if len(works) == 1},
        "receipt": {line: (whole.order_of[of], of) for line, of in placed(whole).items()},
    }
    bills = whole.grouped("invoice_lines", "invoice_id")
    for line in truth:
        if line.how == "total-only":
            assert set(line.targets) == {before[line.kind][row["invoice_line_id"]] for row in bills[line.document_id]}
        elif line.how == "merged" and len(line.targets) > 1:
            assert before[line.kind][line.line_id] in line.targets
        else:
            known = before[line.kind].get(line.line_id.removesuffix("/2"))
            assert line.targets == ((known,) if known else ())
    assert {line.how for line in truth.of("invoice_line")} >= WAYS.keys() | {"no-order", "freight"}


def test_what_lost_nothing_is_as_it_was(whole: Papers, damaged: Papers, truth: Truth) -> None:
    for table in ("sites", "parts", "rates", "contracts", "unit_conversions", "payments", "approvals", "labour", "lots", "consumption"):
        assert damaged[table] == whole[table]
    assert damaged["suppliers"][: len(whole["suppliers"])] == whole["suppliers"]
    hit = {line.document_id for line in truth if line.targets or line.how in ("stock", "freight")}
    for table, column in (
        ("invoices", "invoice_id"),
        ("purchase_orders", "purchase_order_id"),
        ("purchase_order_lines", "purchase_order_id"),
    ):
        assert [row for row in damaged[table] if row[column] not in hit] == [row for row in whole[table] if row[column] not in hit]
    receipts = {line.line_id for line in truth.of("receipt") if line.targets}
    before = whole.by("invoice_lines", "invoice_line_id")
    for row in damaged["invoice_lines"]:
        if row["invoice_id"] not in hit:
            was = before[row["invoice_line_id"]]
            assert row == (was | {"receipt_line_id": ""} if was["receipt_line_id"] in receipts else was)


def test_a_check_reads_every_row(folders: Mapping[str, Path]) -> None:
    with open_database() as database:
        landing = read_folder(folders["damaged"], database)
        assert {name: table.rejected for name, table in landing.tables.items() if table.rejected} == {}
    assert len(landing.tables) > 15


def test_the_lines_of_every_bill_still_add_up(damaged: Papers) -> None:
    lines = damaged.grouped("invoice_lines", "invoice_id")
    for head in damaged["invoices"]:
        if head["invoice_id"] in lines:
            assert Decimal(head["amount_net"]) == sum(Decimal(row["amount"]) for row in lines[head["invoice_id"]]), head
        assert Decimal(head["amount_total"]) == Decimal(head["amount_net"]) + Decimal(head["amount_tax"])


def test_a_lost_order_is_not_named_by_any_column(damaged: Papers, truth: Truth) -> None:
    heads = damaged.by("invoices", "invoice_id")
    lines = damaged.by("invoice_lines", "invoice_line_id")
    for line in truth.of("invoice_line"):
        if line.targets:
            order = line.targets[0][0]
            assert (heads[line.document_id]["purchase_order_id"] == order) == (line.how == "header-only") or line.how == "one-line"
            assert lines.get(line.line_id, {"receipt_line_id": ""})["receipt_line_id"] == ""
    allocated = {row["purchase_order_line_id"] for row in damaged["allocations"]}
    orders = damaged.by("purchase_order_lines", "purchase_order_line_id")
    for line in truth.of("order_line"):
        row = orders[line.line_id]
        assert (row["work_order_id"], row["requisition_line_id"], line.line_id in allocated) == ("", "", False)


def test_wrong_references_lead_nowhere(damaged: Papers, truth: Truth) -> None:
    lines = damaged.by("invoice_lines", "invoice_line_id")
    wrong = [lines[line.line_id]["purchase_order_line_id"] for line in truth.of("invoice_line") if line.how == "wrong" and line.targets]
    assert len(wrong) > 20
    assert all(wrong)
    assert not {*wrong} & damaged.order_of.keys()


def test_lines_that_belong_nowhere_look_like_others(whole: Papers, truth: Truth) -> None:
    orders = whole.by("purchase_order_lines", "purchase_order_line_id")
    sold = {(row["part_id"], row["unit_price"]) for row in orders.values()}
    lines = whole.by("invoice_lines", "invoice_line_id")
    nowhere = [lines[line.line_id] for line in truth.of("invoice_line") if line.how == "no-order" and line.line_id]
    alike = sum((row["part_id"], row["unit_price"]) in sold for row in nowhere)
    assert 0.03 * 0.5 * len(lines) < len(nowhere) < 0.03 * 2 * len(lines)
    assert alike > len(nowhere) / 4


def test_bills_of_a_month_hold_several_orders_and_what_was_paid_is_their_sum(whole: Papers) -> None:
    orders: dict[str, set[str]] = {}
    for row in whole["invoice_lines"]:
        orders.setdefault(row["invoice_id"], set()).add(whole.order_of.get(whole.billed_line.get(row["invoice_line_id"], ""), ""))
    collective = {invoice for invoice, some in orders.items() if len(some - {""}) > 1}
    heads = whole.by("invoices", "invoice_id")
    assert len(collective) > 10
    assert {heads[invoice]["purchase_order_id"] for invoice in collective} == {""}
    paid = whole.by("payments", "invoice_id")
    assert all(paid[invoice]["amount"] == heads[invoice]["amount_total"] for invoice in collective if heads[invoice]["status"] == "paid")


def test_price_and_quantity_alone_do_not_tell_an_order(whole: Papers) -> None:
    suppliers = {row["purchase_order_id"]: row["supplier_id"] for row in whole["purchase_orders"]}
    alike = Counter(
        (suppliers[row["purchase_order_id"]], row["part_id"], row["quantity"], row["unit_price"]) for row in whole["purchase_order_lines"]
    )
    shared = sum(count for count in alike.values() if count > 1)
    assert 0.2 < shared / len(whole["purchase_order_lines"]) < 0.6


def test_site_and_week_alone_do_not_tell_a_work_and_neither_does_a_machine(whole: Papers) -> None:
    works = whole.by("work_orders", "work_order_id")
    bought = [works[work] for work in whole.orders_of]
    at_once = [
        [other for other in works.values() if other["site_id"] == work["site_id"] and _days_apart(work, other) <= 14]
        for work in bought[:50]
    ]
    assert median(len(some) for some in at_once) > 20
    machines = Counter(work["asset_id"] for work in works.values())
    assert median(machines[work["asset_id"]] for work in bought) > 30
    assert len({(work["asset_id"], work["site_id"]) for work in works.values()}) == len(machines)


def test_work_begins_after_its_release_and_ends_after_its_beginning(whole: Papers) -> None:
    for work in whole["work_orders"]:
        moments = [work[name] for name in ("created_at", "released_at", "started_at", "completed_at", "closed_at")]
        assert sorted(filter(None, moments)) == list(filter(None, moments))


def _days_apart(work: Row, other: Row) -> int:
    return abs((date.fromisoformat(work["created_at"][:10]) - date.fromisoformat(other["created_at"][:10])).days)


# ---- texts -------------------------------------------------------------------------------------------------------------------------------


def share(rows: list[Row], pattern: str) -> float:
    return mean(bool(re.search(pattern, row["description"])) for row in rows)


def test_texts_of_work_are_like_the_list_that_they_imitate(whole: Papers) -> None:
    works = whole["work_orders"]
    lengths = [len(row["description"]) for row in works]
    assert 23 <= median(lengths) <= 29
    assert max(lengths) <= LONGEST
    assert 4 <= mean(len(row["description"].split()) for row in works) <= 5
    assert 0.33 <= mean(row["description"].isupper() for row in works) <= 0.47
    assert 0.30 <= share(works, "^[a-z]") <= 0.45
    assert 0.12 <= share(works, "/") <= 0.28
    assert 0.02 <= share(works, "[0-9]") <= 0.10
    assert 0.04 <= share(works, r"\.$") <= 0.12
    assert 0.02 <= share(works, "  ") <= 0.08


def test_order_lines_have_sizes_and_share_their_texts(whole: Papers) -> None:
    lines = [row for row in whole["purchase_order_lines"] if row["part_id"]]
    assert share(lines, "[0-9]") > 0.7
    assert len({row["description"].upper() for row in lines}) < 0.85 * len(lines)


def test_two_papers_of_one_thing_are_seldom_the_same_text(whole: Papers) -> None:
    orders = whole.by("purchase_order_lines", "purchase_order_line_id")
    pairs = [
        (row, orders[whole.billed_line[row["invoice_line_id"]]])
        for row in whole["invoice_lines"]
        if row["invoice_line_id"] in whole.billed_line
    ]
    assert mean(bill["description"] == order["description"] for bill, order in pairs if bill["part_id"]) < 0.2


@pytest.mark.parametrize("number", range(60))
def test_a_number_without_a_slip_can_be_read_in_its_text(number: int) -> None:
    roll = dice("number", number)
    order = re.sub("[^0-9]", "", order_number("4500100372", "00010", roll, slips=False))
    work = re.sub("[^0-9]", "", work_number("008000100072", roll, slips=False))
    assert "100372" in order
    assert "100072" in work


@pytest.mark.parametrize("number", range(60))
def test_a_slip_changes_a_number_by_one_stroke(number: int) -> None:
    slipped = slip("4500100372", dice("slip", number))
    assert slipped != "4500100372"
    assert slipped[0] == "4"
    assert abs(len(slipped) - 10) <= 1
    if len(slipped) == 10:
        apart = [at for at in range(10) if slipped[at] != "4500100372"[at]]
        assert len(apart) == 1 or (len(apart) == 2 and apart[1] == apart[0] + 1 and sorted(slipped) == sorted("4500100372"))


def test_a_number_is_never_cut_off_by_its_text() -> None:
    for number in range(40):
        text = join_texts("a long description of a thing that fills a field", "PO 4500 100 372/10", dice(number))
        assert "PO 4500 100 372/10" in text
        assert len(text) <= LONGEST


def test_a_second_record_of_a_supplier_is_another_text_of_the_same_firm() -> None:
    spellings = {other_spelling("ABK Wälzlager GmbH & Co. KG", dice("spelling", number)) for number in range(40)}
    assert "ABK WAELZLAGER GMBH" in spellings
    assert len(spellings) > 8
    assert all(name[:3].upper() == "ABK" for name in spellings)
