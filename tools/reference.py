"""Writes docs/reference/tables.md, rules.md, health.md and planted.md from the declarations in the code, and the mappings of the samples of
known systems from those of the package; or says that they are not current.

python tools/reference.py            writes them
python tools/reference.py --check    writes nothing; exit 1 where a file on disk differs, naming it
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from counterfoil.tables.checks import RULES
from counterfoil.tables.checks.registry import SEVERITIES, THEMES, Rule
from counterfoil.tables.health.counting import MOST_CURRENCIES, MOST_EXAMPLES, MOST_SITES
from counterfoil.tables.health.looks import LOOKS
from counterfoil.tables.health.measures import COUNTED
from counterfoil.tables.health.noticed import NOTICED
from counterfoil.tables.health.registry import CLOSE_AFTER, GROUPS, IDLE_AFTER, Measure
from counterfoil.tables.proposal.systems import SYSTEMS, worked_mapping
from counterfoil.tables.schema import DECIMAL_LIMIT, DECIMAL_PLACES, PRICE_QUANTITIES, TABLES, Column, Kind, Table
from counterfoil.tables.seed.case import FAULT, NEAR
from counterfoil.tables.seed.cases import CASES

ROOT = Path(__file__).resolve().parent.parent
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


HEALTH_HEAD = f"""# Health of the data

{NOTICE}
A check judges what it is given. Beside the report it writes `health.html` and `health.csv`: what is missing, astray, doubled or left open
in the data, which judgements that costs, and who can mend it how. `--rule`, `--site` and `--category` narrow the findings, never this.

**Judgements lost.** A gap blinds a rule for some of its candidates: each is one judgement lost, and a candidate of two rules is two. It is
the most that can be lost, because a row may lack several things, and some of these candidates would have been in order. Only a rule that
was asked for counts, and only where nothing but this gap keeps it from being run. **Ranking.** What costs most judgements stands first; of
equals, what concerns more rows. A table that was not given ranks by how many rules it silences, each as if it had a candidate in every
row of the largest table; where candidates cannot be counted, 0 stands for them. Money stands beside it, each currency for itself, and does
not rank: currencies cannot be compared.

**Sites.** Rows are counted at the site of their order or work order; those of none stand under *no site*. The {MOST_SITES} sites with most
orders, work orders and requisitions are told apart, the others stand together, and so are {MOST_CURRENCIES} currencies; examples are the
first {MOST_EXAMPLES} as they were read. **Old.** What was done more than {CLOSE_AFTER} days before as-of should be closed; what has not
moved for more than {IDLE_AFTER} days is idle. **Dates of one document** compare as they stand where they are written alike; else they must
be more than a day apart, so that no time zone makes a fault.

`health.csv` has one row a measure and place: `measure`, `about` (table or column), `scope` (all, site, no site, other sites), `site_id`,
`rows` that are bad, `of` how many, `share`, `judgements_lost`, `rules` (which rules lose how many), `amounts` by currency, `examples`, and
the measure's title, remedy and owner. Rules, amounts and examples are JSON.

In the definitions below, *of* says which rows are looked at and *bad* which of them count, as conditions of SQL over the rows and what the
facts know of them; *blinds* says by rule how many of its candidates a row leaves unjudged at most.
"""


def describe_health() -> str:
    """The whole of health.md."""
    parts = [HEALTH_HEAD]
    measures = [*COUNTED, *NOTICED]
    for group, heading in GROUPS.items():
        parts += [f"\n## {heading}", *(_describe_measure(one) for one in measures if one.group == group)]
    return "\n".join(parts)


def _describe_measure(measure: Measure) -> str:
    tables = {look.name: look.table for look in LOOKS}
    lines = [f"\n### {measure.name}\n", f"{measure.title}. {measure.question} {measure.costs}\n"]
    if measure.about:
        lines.append(f"- about: `{measure.about}`")
    lines.append(f"- counts: {measure.counts}")
    if measure.look:
        lines += [f"- of: `{measure.of}` (over `{tables[measure.look]}`)", f"- bad: `{measure.bad}`"]
    if measure.blinds:
        lines.append(f"- blinds: {', '.join(f'{rule} (`{number}`)' for rule, number in measure.blinds.items())}")
    lines.append(f"- what to do: {measure.remedy} ({measure.owner})")
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


PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/tables.md": lambda: describe_tables() + "\n",
    "docs/reference/rules.md": lambda: describe_rules() + "\n",
    "docs/reference/health.md": lambda: describe_health() + "\n",
    "docs/reference/planted.md": lambda: describe_planted() + "\n",
    **{f"samples/guides/{system}/mapping.toml": partial(worked_mapping, system) for system in SYSTEMS},
}
"""By path in the repository: what makes the text of the file."""


def main(arguments: list[str]) -> int:
    """Write or check all of them. The exit code."""
    if arguments not in ([], ["--check"]):
        print("usage: python tools/reference.py [--check]", file=sys.stderr)
        return 2
    stale = []
    for name, describe in PAGES.items():
        path, text = ROOT / name, describe()
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        if arguments:
            stale.append(name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"{name} is not what the code declares: run `make docs`.", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
