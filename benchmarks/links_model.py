"""Trains the model of proposed links that the package ships, on made-up plants whose links were taken out and are known.

python -m benchmarks.links_model FOLDER...      (each with damage/truth.csv, see benchmarks/damage)
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from counterfoil.tables.check import open_facts
from counterfoil.tables.database import literal
from counterfoil.tables.facts.run import Facts
from counterfoil.tables.links.kinds import KINDS, Kind
from counterfoil.tables.links.model import Examples, Weights, learn, model_json
from counterfoil.tables.links.run import examples_of, find_candidates
from counterfoil.tables.links.sides import make_sides, make_suppliers
from counterfoil.tables.policy import load_policy

MODEL = Path(__file__).resolve().parent.parent / "src/counterfoil/tables/links/model.json"
TRUTH = "damage/truth.csv"


def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("folders", nargs="+", type=Path)
    found: dict[str, list[Examples]] = {kind.name: [] for kind in KINDS}
    for folder in arguments.parse_args().folders:
        for kind, examples in _examples(folder):
            found[kind.name].append(examples)
    model: Mapping[str, Weights] = {
        kind.name: learn(_joined(found[kind.name]), kind.scales, Weights())[0] for kind in KINDS if found[kind.name]
    }
    MODEL.write_text(model_json(model), "utf-8")
    for name, weights in model.items():
        print(name, weights.lines, "lines")


def _examples(folder: Path) -> Iterator[tuple[Kind, Examples]]:
    with open_facts(folder, load_policy(folder / "policy.toml"), lambda what: None, memory_limit="3GB") as facts:
        make_suppliers(facts)
        facts.database.execute(f"CREATE TEMP TABLE truth AS FROM read_csv({literal(str(folder / TRUTH))}, all_varchar = true)")
        for kind in KINDS:
            make_sides(facts, kind.sides)
            find_candidates(facts, kind)
            _say_what_is_true(facts, kind)
            yield kind, examples_of(facts, kind)


def _say_what_is_true(facts: Facts, kind: Kind) -> None:
    """Lines without become lines of which the truth is known."""
    facts.database.execute(
        f"""CREATE OR REPLACE TEMP TABLE link_true AS
            SELECT papers.entry, r.target, r.owner FROM truth JOIN ({kind.papers}) AS papers
                ON papers.document_id = truth.document_id AND coalesce(papers.line_id, '') = coalesce(truth.line_id, '')
            JOIN link_targets AS r ON r.owner_id = truth.target_id AND coalesce(r.line_id = truth.target_line_id, true)
            WHERE truth.kind = '{kind.name}'"""
    )
    facts.database.execute(
        """UPDATE link_evidence SET hidden = true, is_true = coalesce(members, [target]) = coalesce((
               SELECT list(DISTINCT target ORDER BY target) FROM link_true WHERE link_true.entry = link_evidence.entry
               AND (link_true.target = link_evidence.target OR members IS NOT NULL)), []) WHERE NOT hidden"""
    )
    # A line of which several rows are true teaches with all of them together, else with the first.
    facts.database.execute(
        """DELETE FROM link_evidence WHERE is_true AND (entry, coalesce(members, [target])) NOT IN (
               SELECT (entry, first(coalesce(members, [target]) ORDER BY members NULLS LAST, target))
               FROM link_evidence WHERE is_true GROUP BY entry)"""
    )


def _joined(parts: Sequence[Examples]) -> Examples:
    starts = np.cumsum([0, *(int(part.lines[-1]) + 1 for part in parts)])
    return Examples(
        np.concatenate([part.levels for part in parts]),
        np.concatenate([part.lines + start for part, start in zip(parts, starts, strict=False)]),
        np.concatenate([part.true for part in parts]),
    )


if __name__ == "__main__":
    main()
