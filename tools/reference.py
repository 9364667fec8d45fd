"""Writes docs/reference/tables.md, rules.md and planted.md from the declarations in the code, or says that they are not current.

python tools/reference.py            writes them
python tools/reference.py --check    writes nothing; exit 1 where a file on disk differs, naming it
"""

import sys
from collections.abc import Callable
from pathlib import Path

from counterfoil.tables.checks import RULES
from counterfoil.tables.checks.registry import SEVERITIES, THEMES, Rule
from counterfoil.tables.schema import DECIMAL_LIMIT, DECIMAL_PLACES, PRICE_QUANTITIES, TABLES, Column, Kind, Table
from counterfoil.tables.seed.case import FAULT, NEAR
from counterfoil.tables.seed.cases import CASES

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
NOTICE = "<!-- Written by `make docs` from the code. Change the declarations there, not this file. -->\n"

TABLES_HEAD = f"""# The exchange tables

{NOTICE}
A folder of exports is brought into these tables; the rules read nothing else. Their names and columns are a public
interface, version 1. How files and cells are read stands in [files and cells](files.md), what the rules make of them in
[words](words.md).

Columns with **!** are required: a row without a value in one is rejected. → names the table that the column refers to. Any
other column may be empty or missing. Decimals have at most {DECIMAL_PLACES} decimals and are below {DECIMAL_LIMIT:,} in size.
A price quantity is one of {", ".join(str(number) for number in PRICE_QUANTITIES)}.
"""

RULES_HEAD = f"""# The rules

{NOTICE}
Each rule asks one question of each of its candidates; a finding is a yes. Its severity is one of {", ".join(SEVERITIES.values())};
a rule that knows several says which. A rule that lacks what it needs is listed as *not run*, never as zero findings;
`a` or `b`: one of them is enough. The words are defined in [words](words.md), the columns in [tables](tables.md).
"""


PLANTED_HEAD = f"""# What is planted in a made-up plant

{NOTICE}
The kinds of faults and near misses in a plant of [`counterfoil seed`](../guides/seed.md), by rule. A fault is what the rule
finds. A near miss is none, however much it looks like one; the smallest change would make it one.
"""


def describe_tables() -> str:
    """The whole of tables.md."""
    index = "\n".join(f"- [{table.name}](#{table.name}): {table.meaning}" for table in TABLES.values())
    return "\n".join([TABLES_HEAD, index, *map(_describe_table, TABLES.values())])


def _describe_table(table: Table) -> str:
    key = f"A row is named by its `{table.key}`." if table.key else "Rows have no id of their own."
    lines = [f"\n## {table.name}\n", f"{table.meaning} {key}\n", "| column | holds | meaning |", "|---|---|---|"]
    lines += [f"| `{column.name}`{' **!**' if column.required else ''} | {_describe_kind(column)} | {column.meaning} |" for column in table]
    return "\n".join(lines)


def _describe_kind(column: Column) -> str:
    if column.refers_to:
        return f"→ [{column.refers_to}](#{column.refers_to})"
    if column.kind is Kind.WORD:
        return "one of " + ", ".join(f"`{word}`" for word in column.words)
    return str(column.kind.value)


def describe_rules() -> str:
    """The whole of rules.md."""
    parts = [RULES_HEAD, "| rule | severity | one per | asks |", "|---|---|---|---|"]
    for theme in THEMES:
        parts += [f"| [{rule.name}](#{rule.name}) | {_severity(rule)} | {rule.per} | {rule.question} |" for rule in _rules_of(theme)]
    for theme in THEMES:
        parts += [f"\n## {theme.capitalize()}", *map(_describe_rule, _rules_of(theme))]
    return "\n".join(parts)


def _rules_of(theme: str) -> list[Rule]:
    return [rule for rule in RULES if rule.theme == theme]


def _severity(rule: Rule) -> str:
    return ", ".join(SEVERITIES[letter] for letter in rule.severity)


def _describe_rule(rule: Rule) -> str:
    needs = ", ".join(" or ".join(f"`{name}`" for name in need.split("|")) for need in rule.needs)
    lines = [
        f"\n### {rule.name}\n",
        f"{rule.question}\n",
        f"- severity: {_severity(rule)}; one finding per {rule.per}",
        f"- at risk: {rule.at_risk or 'no amount'}",
        f"- what to do: {rule.remedy} ({rule.owner})",
        f"- needs: {needs}",
    ]
    return "\n".join(lines)


def describe_planted() -> str:
    """The whole of planted.md."""
    return "\n".join([PLANTED_HEAD, *(_describe_cases(rule.name) for theme in THEMES for rule in _rules_of(theme))])


def _describe_cases(rule: str) -> str:
    faults = [case.text for case in CASES for found in (*case.where * (case.kind == FAULT), *case.also) if found.rule == rule]
    near = [case.text for case in CASES for found in case.where if case.kind == NEAR and found.rule == rule]
    lines = [
        f"\n## [{rule}](rules.md#{rule})\n",
        "Faults:\n",
        *(f"- {text}" for text in faults),
        "\nNear misses:\n",
        *(f"- {text}" for text in near),
    ]
    return "\n".join(lines)


PAGES: dict[str, Callable[[], str]] = {"tables.md": describe_tables, "rules.md": describe_rules, "planted.md": describe_planted}


def main(arguments: list[str]) -> int:
    """Write or check all pages. The exit code."""
    if arguments not in ([], ["--check"]):
        print("usage: python tools/reference.py [--check]", file=sys.stderr)
        return 2
    stale = []
    for name, describe in PAGES.items():
        path, text = FOLDER / name, describe() + "\n"
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        if arguments:
            stale.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"docs/reference/{name} is not what the code declares: run `make docs`.", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
