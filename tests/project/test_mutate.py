"""The judgement on mutants: the limit, the survivors that nobody explained, the explanations that nothing needs any more."""

import pytest

from tests.project.test_sizes import ROOT, load_tool

mutate = load_tool("mutate")
AT_LEAST = mutate.Mutant("counterfoil.rules.match.compare", "return actual >= base")
PLUS = mutate.Mutant("counterfoil.rules.match.compare", "return actual > +base")


@pytest.mark.parametrize(
    ("killed", "timeout", "total", "fits"),
    [(9, 0, 10, True), (8, 1, 10, True), (8, 0, 10, False), (899, 0, 1000, False), (900, 0, 1000, True), (10, 0, 10, True)],
)
def test_nine_of_ten_must_be_noticed(killed: int, timeout: int, total: int, fits: bool) -> None:
    misfits = mutate.find_misfits({"killed": killed, "timeout": timeout, "total": total}, set(), {})
    assert misfits == ([] if fits else [f"{killed + timeout} of {total} mutants are noticed, less than 90 %: write tests."])


def test_a_run_without_mutants_proves_nothing() -> None:
    (misfit,) = mutate.find_misfits({"killed": 0, "timeout": 0, "total": 0}, set(), {})
    assert misfit.startswith("There are no mutants")


COUNTS = {"killed": 99, "timeout": 0, "total": 100}


@pytest.mark.parametrize(
    ("survivors", "reasons", "misfits"),
    [
        ({AT_LEAST}, {AT_LEAST: "Equal numbers never come here."}, []),
        ({AT_LEAST}, {}, ["counterfoil.rules.match.compare: no test fails with: return actual >= base"]),
        ({AT_LEAST}, {AT_LEAST: " "}, ["counterfoil.rules.match.compare: stands in the list without a reason: return actual >= base"]),
        (set(), {PLUS: "A plus."}, ["counterfoil.rules.match.compare: does not survive, remove it from the list: return actual > +base"]),
    ],
)
def test_survivors_and_reasons_belong_together(survivors: set[object], reasons: dict[object, str], misfits: list[str]) -> None:
    assert mutate.find_misfits(COUNTS, survivors, reasons) == misfits


DIFF = """\
# counterfoil.rules.ops.xǁDecimalOpsǁleast__mutmut_4: survived
--- src/counterfoil/rules/ops.py
+++ src/counterfoil/rules/ops.py
@@ -1,3 +1,3 @@
     def least(self, a, b):
-        return min(a, b)
+        return min(a, )
"""


@pytest.mark.parametrize(
    ("name", "function"),
    [
        ("counterfoil.rules.ops.xǁDecimalOpsǁleast__mutmut_4", "counterfoil.rules.ops.DecimalOps.least"),
        ("counterfoil.rules.ops.x_least__mutmut_12", "counterfoil.rules.ops.least"),
        ("counterfoil.rules.ops.x__least__mutmut_1", "counterfoil.rules.ops._least"),
    ],
)
def test_a_mutant_is_its_function_and_its_line(name: str, function: str) -> None:
    assert mutate.read_mutant(name, DIFF) == mutate.Mutant(function, "return min(a, )")


def test_the_list_names_functions_that_are_there() -> None:
    reasons = mutate.load_reasons(ROOT / "docs" / "internals" / "mutants.toml")
    for mutant in reasons:
        module, _, function = mutant.function.rpartition(".")
        assert f"def {function}(" in (ROOT / "src" / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8")
    assert all(why.endswith(".") for why in reasons.values())
