"""The measuring of texts counts right: five texts, labelled so that every way to be wrong occurs, against what a hand counts."""

from decimal import Decimal
from pathlib import Path

import pytest
from benchmarks.worktext import (
    Score,
    in_groups,
    main,
    pair,
    read_classes,
    read_costs,
    read_labels,
    report,
    score_all,
    score_first,
    share_spend,
    total,
)

LABELS = """text,component,action,failure
REPLACE BUCKET CYL HOSE,hose|ram,replace,
HOSE LEAKING ON PUMP,hose,,leak
FUEL LINE LEAKING,Flexible,,leak
REPAIR TOOTH,bucket lip,weld,wear
SEE HISTORY,motor,,
PAINT SHED DOOR,,clean,other
"""
CLASSES = """[classes.component]
ram = "cylinder"
flexible = "fuel line, grease line"
[classes.failure]
other = ""
"""
COSTS = {"REPLACE BUCKET CYL HOSE": Decimal(600), "REPAIR TOOTH": Decimal(200), "SEE HISTORY": Decimal(150), "PAINT SHED DOOR": Decimal(50)}


@pytest.fixture
def labels(tmp_path: Path) -> tuple[Path, Path]:
    paths = tmp_path / "labels.csv", tmp_path / "classes.toml"
    for path, text in zip(paths, (LABELS, CLASSES), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def test_a_reading_and_its_label_are_brought_to_one_word(labels: tuple[Path, Path]) -> None:
    pairs = pair(read_labels(labels[0]), "component", read_classes(labels[1]))
    assert [(one.labelled, one.read) for one in pairs] == [
        (("hose", "cylinder"), ("hose", "cylinder", "bucket")),
        (("hose",), ("hose", "pump")),
        (("fuel line",), ("fuel line",)),
        (("bucket lip",), ("bucket teeth",)),
        (("motor",), ()),
        ((), ("door",)),
    ]


def test_the_words_of_a_class_count_as_its_first(labels: tuple[Path, Path]) -> None:
    rows = [{"text": "GREASE LINE, FUEL LINE, RAM", "component": "flexible|ram", "action": "", "failure": ""}]
    (one,) = pair(rows, "component", read_classes(labels[1]))
    assert (one.labelled, one.read) == (("fuel line", "cylinder"), ("fuel line", "cylinder"))


def test_what_counts_first(labels: tuple[Path, Path]) -> None:
    rows, classes = read_labels(labels[0]), read_classes(labels[1])
    components = pair(rows, "component", classes)
    by_class = score_first(components)
    assert by_class["hose"] == Score(labelled=2, read=2, right=2)
    assert by_class["bucket lip"] == Score(labelled=1, read=0, right=0)
    assert by_class["bucket teeth"] == Score(labelled=0, read=1, right=0)
    assert total(by_class.values()) == Score(labelled=5, read=5, right=3)
    assert total(score_first(in_groups(components)).values()) == Score(labelled=5, read=5, right=4)
    assert total(score_first(pair(rows, "action", classes)).values()) == Score(labelled=3, read=2, right=1)
    assert total(score_first(pair(rows, "failure", classes)).values()) == Score(labelled=3, read=2, right=2)


def test_every_value(labels: tuple[Path, Path]) -> None:
    pairs = pair(read_labels(labels[0]), "component", read_classes(labels[1]))
    assert score_all(pairs) == Score(labelled=6, read=8, right=4)


def test_spend(labels: tuple[Path, Path]) -> None:
    rows = read_labels(labels[0])
    pairs = pair([*rows, rows[0]], "component", read_classes(labels[1]))
    assert share_spend(pairs, COSTS) == {
        "the right component": 600,
        "another of the right group": 200,
        "none was read": 150,
        "no component is labelled, one was read": 50,
    }
    wrong = pair([{"text": "HOSE", "component": "pump"}, {"text": "NOTE", "component": ""}], "component", {})
    assert share_spend(wrong, {"HOSE": Decimal(3), "NOTE": Decimal(4)}) == {
        "a wrong component": 3,
        "no component is labelled, none was read": 4,
    }


def test_costs_of_one_text_are_added(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("OriginalShorttext,Cost\nHOSE,1.50\nHOSE,2\nPUMP,\nVALVE,0\nLAMP,PM01\n", encoding="utf-8")
    assert read_costs(path) == {"HOSE": Decimal("3.50"), "PUMP": 0, "VALVE": 0, "LAMP": 0}


def test_the_tables(labels: tuple[Path, Path]) -> None:
    lines = report(read_labels(labels[0]), read_classes(labels[1]), COSTS).splitlines()
    assert "6 texts." in lines
    assert "| component | 5 | 5 | 3 | 60 % | 60 % |" in lines
    assert "| group of the component | 5 | 5 | 4 | 80 % | 80 % |" in lines
    assert "| component | 6 | 8 | 4 | 50 % | 67 % |" in lines
    assert "| bucket teeth | 0 | 1 | 0 | 0 % | – |" in lines
    assert "| the right component | 600 | 60 % |" in lines
    assert "spend" not in report(read_labels(labels[0]), {}, None)


def test_the_command(labels: tuple[Path, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.worktext.SPEND", labels[0].with_name("absent.csv"))
    assert main([str(path) for path in labels]) == 0
    assert capsys.readouterr().out.startswith("6 texts.")
    assert main([str(labels[0].with_name("absent.csv"))]) == 2
    assert "absent.csv does not exist" in capsys.readouterr().err
