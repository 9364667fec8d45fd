"""The judging of proposed links counts right: small files, written so that every way to be wrong occurs, against what a hand counts."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from benchmarks import links
from benchmarks.damage.truth import Line, Truth, read_truth, write_truth
from benchmarks.links import BEGIN, END, Bin, Unreadable, by_damage, judge, main, missed, read_numbers, read_proposals, score

HEADER = "proposal_id,kind,document_id,line_id,target_id,target_line_id,quantity,probability,accept,evidence,group"
TRUTH = Truth(
    (
        Line("invoice_line", "I1", "I1-1", "removed", (("O1", "O1-1"),)),
        Line("invoice_line", "I1", "I1-2", "removed", (("O1", "O1-2"),)),
        Line("invoice_line", "I2", "I2-1", "merged", (("O2", "O2-1"), ("O2", "O2-2"))),
        Line("invoice_line", "I3", "", "total-only", (("O3", "O3-1"),)),
        Line("invoice_line", "I4", "I4-F", "freight", ()),
        Line("order_line", "O5", "O5-1", "asset", (("W5", ""),)),
        Line("receipt", "R6", "R6-1", "wrong", (("O6", "O6-1"),)),
    )
)
INVOICES = """
1,invoice_line,I1,I1-1,O1,O1-1,,0.9500,yes,,
2,invoice_line,I1,I1-1,O1,O1-2,,0.0500,,,
3,invoice_line,I1,I1-2,O9,O9-1,,0.8500,yes,,
4,invoice_line,I2,I2-1,O2,O2-1,,0.7500,yes,,a
5,invoice_line,I2,I2-1,O2,O2-2,,0.7500,yes,,a
6,invoice_line,I2,I2-1,O2,O2-1,,0.1000,,,
7,invoice_line,I3,,O3,O3-1,,0.5500,,,
8,invoice_line,I4,I4-F,O1,O1-1,,0.8500,yes,,
9,invoice_line,I7,I7-1,O7,O7-1,,1.0000,yes,,
"""

Judged = tuple[list[links.Outcome], list[links.Lost]]


@pytest.fixture
def judged(tmp_path: Path) -> Callable[[str], Judged]:
    def of(rows: str) -> Judged:
        path = tmp_path / "proposals.csv"
        path.write_text(f"{HEADER}\n{rows.strip()}\n", encoding="utf-8")
        return judge(read_proposals(path), TRUTH)

    return of


def test_precision_counts_accepted_proposals_and_recall_lost_lines(judged: Callable[[str], Judged]) -> None:
    figures = score("invoice_line", *judged(INVOICES))

    # Accepted: I1-1 right, I1-2 wrong, the two rows of group a together right, the freight and a line that lost nothing wrong.
    assert (figures.accepted, figures.right, figures.precision) == (5, 2, Decimal("0.4"))
    # Four lines lost a link; I1-1 and I2-1 have theirs back. What is true of I3 was proposed, but not accepted.
    assert (figures.lost, figures.recovered, figures.recall) == (4, 2, Decimal("0.5"))


def test_calibration_error_and_brier_score(judged: Callable[[str], Judged]) -> None:
    figures = score("invoice_line", *judged(INVOICES))

    # Eight proposals: 0.05 no; 0.1 no; 0.55 yes; 0.75 yes; 0.85 no, no; 0.95 yes and 1 no, which share the last bin.
    assert figures.proposed == 8
    assert figures.bins == (
        Bin(1, Decimal("0.05"), Decimal(0)),
        Bin(1, Decimal("0.1"), Decimal(0)),
        Bin(1, Decimal("0.55"), Decimal(1)),
        Bin(1, Decimal("0.75"), Decimal(1)),
        Bin(2, Decimal("0.85"), Decimal(0)),
        Bin(2, Decimal("0.975"), Decimal("0.5")),
    )
    # 0.05 + 0.1 + 0.45 + 0.25 + 2 × 0.85 + 2 × 0.475 = 3.5, over eight.
    assert figures.error == Decimal("0.4375")
    # 0.0025 + 0.01 + 0.2025 + 0.0625 + 2 × 0.7225 + 0.0025 + 1 = 2.725, over eight.
    assert figures.brier == Decimal("0.340625")


def test_the_work_of_an_order_line_is_right_whichever_of_its_lines_is_named(judged: Callable[[str], Judged]) -> None:
    for named in ("W5-10", ""):
        figures = score("order_line", *judged(f"1,order_line,O5,O5-1,W5,{named},,0.9,yes,,"))
        assert (figures.precision, figures.recall) == (1, 1)
    assert score("order_line", *judged("1,order_line,O5,O5-1,W55,,,0.9,yes,,")).right == 0


def test_naming_the_order_alone_is_not_enough_for_a_receipt(judged: Callable[[str], Judged]) -> None:
    assert score("receipt", *judged("1,receipt,R6,R6-1,O6,,,0.9,yes,,")).right == 0
    assert score("receipt", *judged("1,receipt,R6,R6-1,O6,O6-1,,0.9,yes,,")).right == 1


def test_one_line_of_a_combination_or_one_too_many_is_wrong(judged: Callable[[str], Judged]) -> None:
    for rows in (
        "1,invoice_line,I2,I2-1,O2,O2-1,,0.9,yes,,",
        "1,invoice_line,I1,I1-1,O1,O1-1,,0.9,yes,,a\n2,invoice_line,I1,I1-1,O1,O1-2,,0.9,yes,,a",
    ):
        figures = score("invoice_line", *judged(rows))
        assert (figures.accepted, figures.right, figures.recovered) == (1, 0, 0)


def test_the_same_group_of_two_lines_is_two_proposals(judged: Callable[[str], Judged]) -> None:
    rows = "1,invoice_line,I1,I1-1,O1,O1-1,,0.9,yes,,a\n2,invoice_line,I1,I1-2,O1,O1-2,,0.8,yes,,a"
    assert score("invoice_line", *judged(rows)).right == 2


def test_two_accepted_alternatives_of_one_line_are_one_right_and_one_wrong(judged: Callable[[str], Judged]) -> None:
    figures = score("invoice_line", *judged("1,invoice_line,I1,I1-1,O1,O1-1,,0.9,yes,,\n2,invoice_line,I1,I1-1,O1,O1-2,,0.9,yes,,"))
    assert (figures.accepted, figures.right, figures.recovered) == (2, 1, 1)


def test_where_nothing_is_proposed_nothing_is_divided(judged: Callable[[str], Judged]) -> None:
    figures = score("invoice_line", *judged(""))
    assert (figures.precision, figures.recall, figures.error, figures.brier, figures.bins) == (None, 0, None, None, ())


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ("1,invoice,I1,I1-1,O1,O1-1,,0.9,yes,,", "no such kind"),
        ("1,receipt,R6,R6-1,O6,O6-1,,likely,yes,,", "'likely' is no probability"),
        ("1,receipt,R6,R6-1,O6,O6-1,,1.01,yes,,", "'1.01' is no probability between"),
        ("1,receipt,R6,R6-1,O6,O6-1,,NaN,yes,,", "'NaN' is no probability"),
        ("1,receipt,R6,R6-1,O6,O6-1,,0.9,yes,,a\n2,receipt,R6,R6-1,O6,O6-2,,0.9,,,a", "group a differ"),
    ],
)
def test_a_file_that_cannot_be_judged_is_refused(judged: Callable[[str], Judged], rows: str, complaint: str) -> None:
    with pytest.raises(Unreadable, match=complaint):
        judged(rows)


def test_columns_that_are_missing_are_named(tmp_path: Path) -> None:
    path = tmp_path / "proposals.csv"
    path.write_text(HEADER.replace("accept,", "").replace(",group", ""), encoding="utf-8")
    with pytest.raises(Unreadable, match="accept, group"):
        read_proposals(path)


def test_what_must_be_reached_is_asked_at_three_of_ten_alone(judged: Callable[[str], Judged]) -> None:
    outcomes, lost = judged(INVOICES + "1,order_line,O5,O5-1,W5,,,0.9501,yes,,")
    scores = {kind: score(kind, outcomes, lost) for kind in ("invoice_line", "order_line")}

    assert missed(Decimal("0.6"), scores) == []
    assert missed(Decimal("0.3"), scores) == [
        "invoice line → order line: precision 0.400, must be at least 0.98.",
        "invoice line → order line: recall 0.500, must be at least 0.80.",
        "invoice line → order line: calibration error 0.438, must be below 0.05.",
    ]
    assert missed(Decimal("0.30"), dict.fromkeys(scores, scores["order_line"])) == []


def test_each_kind_of_damage_is_counted(judged: Callable[[str], Judged]) -> None:
    table = by_damage(*judged(INVOICES))
    assert "| invoice line → order line | removed | 2 | 1 | 1 |" in table
    assert "| invoice line → order line | freight | 0 | 0 | 1 |" in table
    assert "| invoice line → order line | none: linked | 0 | 0 | 1 |" in table
    assert "| order line → work | asset | 1 | 0 | 0 |" in table


def test_the_truth_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_truth(TRUTH, tmp_path)
    assert read_truth(tmp_path) == TRUTH


def test_seeds_are_a_range_or_a_list() -> None:
    assert read_numbers("101-103") == [101, 102, 103]
    assert read_numbers("3,7") == [3, 7]


@pytest.mark.parametrize("given", [["--seeds", "x"], ["--shares", "0.1,x"], ["--shares", "1.5"], ["--shares", "NaN"], ["--truth", "."]])
def test_arguments_that_say_nothing_are_refused(given: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 2


def test_a_table_is_put_between_the_marks_and_nothing_else_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "links.md"
    page.write_text(f"# Links\n\n{BEGIN}\nold\n{END}\n\nThe end.\n", encoding="utf-8")
    monkeypatch.setattr(links, "PAGE", page)
    outcomes = [links.Outcome("receipt", "wrong", Decimal("0.75"), accepted=True, right=True)]
    monkeypatch.setattr(links, "measure", lambda *_: [(Decimal("0.1"), outcomes, [links.Lost("receipt", "wrong", recovered=True)])])
    for _ in range(2):
        assert main(["--write"]) == 0
        text = page.read_text("utf-8")
        assert text.startswith(f"# Links\n\n{BEGIN}\n\n| damaged | kind |")
        assert text.endswith(f"| 10 % | receipt → order line | 1 | 1 | 1 | 1.000 | 1.000 | 0.250 | 0.062 |\n\n{END}\n\nThe end.\n")


def test_a_page_without_marks_is_refused_before_anything_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "PAGE", tmp_path / "links.md")
    monkeypatch.setattr(links, "measure", lambda *_: pytest.fail("measured"))
    for text in (None, f"{END}\n{BEGIN}\n"):
        if text:
            (tmp_path / "links.md").write_text(text, encoding="utf-8")
        assert main(["--write"]) == 2
        assert "put them where the table belongs" in capsys.readouterr().err


def test_the_command_judges_a_file_that_is_there_and_draws_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_truth(TRUTH, tmp_path)
    (tmp_path / "proposals.csv").write_text(f"{HEADER}\n{INVOICES.strip()}\n", encoding="utf-8")
    given = ["--proposals", str(tmp_path / "proposals.csv"), "--truth", str(tmp_path)]

    assert main([*given, "--plot", str(tmp_path / "plot.svg")]) == 0
    assert "|  | invoice line → order line | 4 | 8 | 5 | 0.400 | 0.500 | 0.438 | 0.341 |" in capsys.readouterr().out
    assert "<svg" in (tmp_path / "plot.svg").read_text("utf-8")
    assert main([*given[:2], "--truth", str(tmp_path / "nowhere")]) == 2
    assert "truth.csv" in capsys.readouterr().err
    assert main(["--orders", "300", "--seeds", "5"]) == 2
    assert "a plant has 1,000" in capsys.readouterr().err


@pytest.mark.slow
def test_the_whole_way_from_plants_to_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """With a command in the place of `counterfoil propose` that knows the truth of all lines but the receipts'."""

    def know(folder: Path, out: Path) -> None:
        rows = [
            f"{number},{line.kind},{line.document_id},{line.line_id},{target},{of},,1.0000,yes,,{number}"
            for number, line in enumerate(read_truth(folder))
            for target, of in line.targets
            if line.kind != "receipt"
        ]
        out.mkdir()
        (out / "proposals.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")

    monkeypatch.setattr(links, "run_propose", know)
    assert main(["--seeds", "5", "--shares", "0.3"]) == 0
    _, _, invoices, orders, receipts, *rest = capsys.readouterr().out.splitlines()
    assert invoices.endswith("| 1.000 | 1.000 | 0.000 | 0.000 |")
    assert orders.endswith("| 1.000 | 1.000 | 0.000 | 0.000 |")
    assert receipts.endswith("| 0 | 0 | – | 0.000 | – | – |")
    assert rest == [""]


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="ended with 2"):
        links.run_propose(tmp_path / "nowhere", tmp_path / "out")
