"""What the texts of work orders speak of: components, actions, failures."""

import re
import tomllib
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.rules import worktext
from counterfoil.rules.worktext import Said, dictionary, find_group, fold, read_text


@pytest.fixture
def anew() -> None:
    """The dictionary is read by the code as it is now, not as it was when something first asked."""
    worktext.dictionary.cache_clear()
    worktext._spell.cache_clear()


# a text, its components, its actions, its failures; the first of each counts
EXCAVATORS = [
    ("REPLACE BUCKET CYL HOSE", "hose, cylinder, bucket", "replace", ""),
    ("L/H BUCKET CYL GLAND SEAL LEAKING", "cylinder, bucket, seal", "", "leak"),
    ("A/C NOT WORKING PROPERLY", "air conditioner", "", ""),
    ("A/C CONTROL KNOB HAS FALLEN OFF IN CAB", "air conditioner, cab, handle", "", "loose"),
    ("L/h  waterpump leaking out teltale hole", "water pump", "", "leak"),
    ("r/h engine won't start.", "engine", "", "seized"),
    ("HYD HOSE LEAKING ON STICK", "hose, stick", "", "leak"),
    ("HYDRAULIC OIL LEAK", "hydraulic system", "", "leak"),
    ("OIL LEAK ON BUCKET....", "bucket", "", "leak"),
    ("OIL LEAK", "", "", "leak"),
    ("R.H. ENGINE OIL LEAK", "engine", "", "leak"),
    ("CHANGE OIL & FILTERS", "filter", "service", ""),
    ("RH120C-LH SLEW BRAKE CHANGEOUT", "brake", "replace", ""),
    ("REPLACE LEFT HAND LIP SHROUD", "lip shroud", "replace", ""),
    ("Replace siezed pin and bush (No Grease)", "pin, bush", "replace", "seized, low"),
    ("TWO BUCKET TEETH AND ADAPTORS MISSING.", "bucket teeth, adapter", "", "missing"),
    ("l/h engine overheating   ( blown hose)", "hose, engine", "", "overheat, break"),
    ("INSPECT & REPLACE HOSES AS NEEDED", "hose", "inspect, replace", ""),
    ("inspect / clean a/c", "air conditioner", "inspect, clean", ""),
    ("LOW RH ENGINE OIL PRESSURE ALARM", "engine, oil", "", "low, alarm"),
    ("REPLACE LOW SPEED FAN RESISTOR", "resistor, fan", "replace", ""),
    ("No power to LH engine fuel solenoid", "solenoid, engine", "", "electrical fault"),
    ("REPAIR EMERGENCY SHUT DOWN", "emergency stop", "repair", ""),
    ("REPLACE ENGINE SHUTDOWN TIMER", "timer, engine", "replace", ""),
    ("re-seal full flow press. regulator bung", "valve, fitting", "repair", ""),
    ("GREASED LOAD ROLLER", "roller", "lubricate", ""),
    ("broken grease lines", "grease line", "", "break"),
    ("BLOWN HOSE SEALS SLEW MOTORS", "hose, slew drive, seal", "", "break"),
    ("rhs engine fuel lines rubbed through", "fuel line, engine", "", "wear"),
    ("weld crack steps engine access", "step, engine", "weld", "crack"),
    ("No Slew", "slew drive", "", ""),
    ("WELD MISC. JOBS.", "", "weld", ""),
    ("Cost to repair M/N 60176281", "", "repair", ""),
    ("work on shovel scaffold/cranage", "", "", ""),
]
PLANTS = [
    ("Replace mechanical seal on cooling water pump P-101", "water pump, cooling system, seal", "replace", ""),
    ("Pump no 2 not working", "pump", "", ""),
    ("Pump no. 12: noisy", "pump", "", "noise"),
    ("MTR KEEPS TRIPPING", "motor", "", "electrical fault"),
    ("Motor bearing noisy - vibration high", "bearing, motor", "", "noise, vibration"),
    ("C/O V-BELTS COMPRESSOR", "belt, compressor", "replace", ""),
    ("no leaks found on pump", "pump", "", ""),
    ("slew hose on pump", "hose, pump, slew drive", "", ""),
    ("pump hydraulics on motor", "pump, motor, hydraulic system", "", ""),
    ("cmpressor motor", "motor, compressor", "", ""),
    ("cmpressors motor", "compressor, motor", "", ""),
    ("w/shop to rebuild gearbox", "gearbox", "repair", ""),
    ("Repl. brgs, fan motor AHU-3", "bearing, fan", "replace", ""),
    ("INSP HYD PRESS", "press, hydraulic system", "inspect", ""),
    ("motor U/S; pump n/w", "motor, pump", "", ""),
    ("Valve stuck, won't open", "valve", "", "seized"),
    ("Screw conveyor jammed", "conveyor", "", "seized"),
    ("Missing guard on conveyor drive", "guard, conveyor, drive", "", "missing"),
    ("Bracket of hopper bent", "chute, mount", "", "damage"),
    ("Fit modified pump, test and lubricate", "pump", "install, modify, test, lubricate", ""),
    ("Remove coupling, realign shaft, service brakes", "coupling, shaft, brake", "remove, adjust, service", ""),
    ("strainer blocked; belt worn and loose", "belt, filter", "", "blocked, wear, loose"),
]
GERMAN = [
    ("Pumpe undicht, Gleitringdichtung erneuern", "pump, seal", "replace", "leak"),
    ("Lagerschaden am Motor", "bearing, motor", "", "damage"),
    ("Hydraulikschläuche wechseln", "hose", "replace", ""),
    ("Kühlerschlauch geplatzt", "hose, radiator", "", "break"),
    ("KUEHLERSCHLAUCH GEPLATZT", "hose, radiator", "", "break"),
    ("Ölwechsel Getriebe", "gearbox", "service", ""),
    ("Pumpenreparatur", "pump", "repair", ""),
    ("Antriebswelle gerissen", "shaft, drive", "", "crack"),
    ("Riemen locker, Ventil klemmt", "belt, valve", "", "loose, seized"),
    ("Förderband steht, Überhitzung", "conveyor", "", "overheat"),
    ("Schraube fehlt am Schutzgitter", "bolt", "", "missing"),
    ("Elektromotor prüfen, startet nicht", "motor", "inspect", "seized"),
    ("Druckluftleitung undicht", "air system, pipe", "", "leak"),
    ("Schweißen: Halterung gebrochen", "mount", "weld", "break"),
]
FRENCH = [
    ("Fuite d'huile sur le réducteur", "gearbox", "", "leak"),
    ("Remplacer le roulement du moteur", "bearing, motor", "replace", ""),
    ("Jeu excessif de l'arbre", "shaft", "", "loose"),
    ("Courroie cassée, poulie usée", "belt, pulley", "", "break, wear"),
    ("Pompe hydraulique en panne", "pump, hydraulic system", "", ""),
    ("Fuite au joint d’étanchéité de la pompe", "pump, seal", "", "leak"),
    ("Graissage des paliers", "bearing", "lubricate", ""),
    ("Bruit anormal, vérifier le capteur", "sensor", "inspect", "noise"),
    ("Convoyeur arrêté, défaut électrique", "conveyor", "", "electrical fault"),
    ("Nettoyer le filtre à air, vanne bloquée", "air filter, valve", "clean", "seized"),
]


@pytest.mark.parametrize(("text", "components", "actions", "failures"), [*EXCAVATORS, *PLANTS, *GERMAN, *FRENCH])
def test_what_a_text_says(text: str, components: str, actions: str, failures: str) -> None:
    read = read_text(text)
    assert tuple(", ".join(words) for words in (read.components, read.actions, read.failures)) == (components, actions, failures)


@pytest.mark.parametrize(
    ("text", "components"),
    [
        ("o-ring on gearbox", "gearbox, o-ring"),
        ("gearbox mounting bolts", "gearbox, bolt, mount"),
        ("replace o-ring", "o-ring"),
        ("gasket of oil cooler on engine", "cooler, engine, gasket"),
        ("drain plug on final drive", "final drive, fitting"),
        ("turbo drain line", "turbocharger, pipe"),
        ("pipe fitting", "fitting, pipe"),
        ("pipe clamp on boom", "clamp, pipe, boom"),
        ("boom pin", "boom, pin"),
        ("clam pin", "clam, pin"),
        ("lip shroud pin", "lip shroud, pin"),
        ("power step switch", "step, switch"),
        ("cab door latch", "door, cab, lock"),
        ("radiator cap", "radiator, cap"),
        ("pump of winch, hose", "hose, pump, crane"),
        ("belt of fan pulley", "belt, pulley, fan"),
        ("engine temperature gauge", "gauge, engine"),
        ("contamination switch on pump", "sensor, pump"),
        ("pump wiring", "wiring, pump"),
        ("grease line on bucket cylinder", "grease line, cylinder, bucket"),
        ("grease hose on gearbox", "hose, gearbox"),
        ("slew pump", "pump, slew drive"),
        ("slew motor seal", "slew drive, seal"),
        ("travel motor reservoir", "travel motor, tank"),
        ("fan motor on engine", "fan, engine"),
        ("air con compressor", "air conditioner, compressor"),
        ("A/C condenser fan in cab", "air conditioner, fan, cab"),
        ("coolant of engine", "engine, cooling system"),
        ("light on boom", "light, boom"),
        ("hydraulic seal", "seal, hydraulic system"),
    ],
)
def test_a_small_part_gives_way_to_its_unit_and_stays_what_it_is_alone(text: str, components: str) -> None:
    assert ", ".join(read_text(text).components) == components


@pytest.mark.parametrize(
    ("text", "failures"),
    [
        ("light u/s", "electrical fault"),
        ("faulty gauge", "electrical fault"),
        ("radio not working, cracked", "crack, electrical fault"),
        ("pump u/s", ""),
        ("light on pump not working", "electrical fault"),
        ("A/C playing up", ""),
        ("not working", ""),
        ("engine wont start", "seized"),
        ("engine not turning over", "seized"),
        ("door will not shut", "seized"),
        ("engine wont shut down", ""),
        ("engine cutting out", ""),
        ("gate doesn't open", "seized"),
        ("blown seal", "break"),
        ("pin walking out", "loose"),
        ("holed pipe", "damage"),
        ("stripped bolt", "damage"),
        ("air lock in fuel line", "blocked"),
        ("exhaust smoke", ""),
    ],
)
def test_out_of_order_is_a_failure_of_what_is_electric_only(text: str, failures: str) -> None:
    assert ", ".join(read_text(text).failures) == failures


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("L/H engine", "l.h. ENGINE"),
        ("l h engine", "L / H engine"),
        ("O-RING", "O'RING"),
        ('o\\" ring', "oring"),
        ("A/C U/S", "a.c. u.s."),
        ("won't start", "WONT START"),
        ("won’t start", "wont start"),
        ("RE-SEAL VALVE", "reseal valves"),
        ("Öl", "OEL"),
        ("fire supression", "FIRE SUPPRESSION"),
        ("air comditioning", "air conditioning"),
        ("belt  jammed", "belts jam"),
        ("canopies, clutches", "canopy, clutch"),
    ],
)
def test_two_spellings_say_one_thing(one: str, other: str) -> None:
    first, second = read_text(one), read_text(other)
    assert (first.components, first.actions, first.failures) == (second.components, second.actions, second.failures)


@pytest.mark.parametrize(
    ("word", "component"),
    [
        ("cmpressor", "compressor"),
        ("compresssor", "compressor"),
        ("comprxssor", "compressor"),
        ("copmressor", "compressor"),
        ("compressosr", "compressor"),
        ("cmpressors", "compressor"),
        ("bearinks", "bearing"),
        ("xompressor", None),
        ("cmprssor", None),
        ("comprxxsor", None),
        ("bering", "bearing"),
        ("vavle", None),
        ("hosee", None),
        ("tanker", None),
        ("acs", None),
        ("overhead", None),
    ],
)
def test_one_mistake_in_a_long_word_is_forgiven(word: str, component: str | None) -> None:
    assert read_text(word).components == ((component,) if component else ())


@pytest.mark.parametrize(
    ("text", "action", "failure"),
    [
        ("fitted", "install", None),
        ("fitting", None, None),
        ("changing", "replace", None),
        ("modified", "modify", None),
        ("based", None, None),
        ("pmed", None, None),
        ("fixed", "repair", None),
        ("fixted", None, None),
        ("stripping", "remove", None),
        ("chamging", "replace", None),
        ("exanining", "inspect", None),
        ("swapping", "replace", None),
        ("repalced", "replace", None),
        ("repairs", "repair", None),
        ("jamming", None, "seized"),
        ("cracked", None, "crack"),
        ("leaking", None, "leak"),
        ("red", None, None),
    ],
)
def test_forms_of_a_verb(text: str, action: str | None, failure: str | None) -> None:
    read = read_text(text)
    assert read.actions == ((action,) if action else ())
    assert read.failures == ((failure,) if failure else ())


def test_a_verb_is_no_component() -> None:
    assert read_text("tracking, bolted, piping").components == ("pipe",)


@pytest.mark.parametrize(
    ("text", "component"),
    [
        ("slewpump", "pump"),
        ("fanhub", "hub"),
        ("Motorwelle", "shaft"),
        ("Pumpengehäuselager", "bearing"),
        ("gaslamp", None),
        ("monitoring", None),
        ("features", None),
        ("Ersatzpumpe", "pump"),
        ("Ersatzöl", None),
        ("Ölpumpe", "pump"),
        ("kmotor", None),
        ("pumpac", None),
        ("Ersatzpumpen", "pump"),
        ("Ersatzventile", "valve"),
        ("Ersatzventilen", "valve"),
        ("Ersatzventiles", "valve"),
    ],
)
def test_a_word_put_together_is_its_last_part(text: str, component: str | None) -> None:
    assert read_text(text).components[:1] == ((component,) if component else ())


def test_it_shows_what_says_so() -> None:
    text = "Hose  (L/H): Lagerschaden, won't hold"
    said = read_text(text).said
    assert [(text[one.start : one.end], one.kind, one.word) for one in said] == [
        ("Hose", "component", "hose"),
        ("Lagerschaden", "component", "bearing"),
        ("Lagerschaden", "failure", "damage"),
        ("won't", "symptom", "out of order"),
    ]
    assert read_text("a/c").said == (Said("component", "air conditioner", 0, 3),)


@pytest.mark.parametrize(
    "text",
    [
        "motor, pump",
        "motor / pump",
        "motor & pump",
        "motor.. pump",
        "motor - pump",
        "motor on pump",
        "motor leaking pump",
        "motor repair pump",
    ],
)
def test_what_stands_between_two_parts_parts_them(text: str) -> None:
    assert read_text(text).components == ("motor", "pump")


@pytest.mark.parametrize("text", ["motor pump", "motor-pump", "motor. pump", "motor big pump", "motor on hours pump"])
def test_what_stands_side_by_side_is_one_part(text: str) -> None:
    assert read_text(text).components == ("pump", "motor")


def test_a_mark_before_an_unknown_word_parts_too() -> None:
    assert read_text("motor, big pump").components == ("motor", "pump")


def test_a_mark_within_an_expression_ends_it() -> None:
    assert read_text("air conditioner").components == ("air conditioner",)
    assert read_text("air, conditioner").components == ("air system",)


def test_a_group_for_spend() -> None:
    assert (find_group("bucket teeth"), find_group("hose"), find_group("gauge")) == ("bucket", "hoses and pipes", "instruments")
    with pytest.raises(KeyError):
        find_group("leak")


FAILURES = "leak, crack, break, wear, loose, missing, noise, overheat, electrical fault, blocked, seized, damage, low, alarm, vibration"
ACTIONS = "inspect, repair, replace, adjust, clean, lubricate, install, remove, test, weld, service, modify"


@pytest.mark.usefixtures("anew")
def test_every_way_to_refuse_goes_with_every_move() -> None:
    """The first, one from the middle and the last of each list."""
    for text in ("wont start", "wont rotate", "failed to lift", "cannot go up", "refuses to start", "refuses to rotate"):
        assert read_text(f"pump {text}").failures == ("seized",), text
    for half in ("lift", "rotate", "go up", "cannot", "failed to", "wont up"):
        assert read_text(f"pump {half}").failures == (), half


@pytest.mark.usefixtures("anew")
def test_the_canonical_words() -> None:
    by_kind: dict[str, set[str]] = {}
    for meaning in dictionary().words.values():
        by_kind.setdefault(meaning.kind, set()).add(meaning.word)
    assert by_kind["failure"] == set(FAILURES.split(", "))
    assert by_kind["symptom"] == {"out of order"}
    assert by_kind["action"] == set(ACTIONS.split(", "))
    assert by_kind["component"] == set(dictionary().groups)
    assert (read_text("ram").components, read_text("Leck").failures) == (("cylinder",), ("leak",))
    assert all(read_text(component).components == (component,) for component in dictionary().groups)


def test_each_word_of_the_dictionary_stands_in_one_place() -> None:
    given_ = tomllib.loads(files("counterfoil.rules").joinpath("worktext.toml").read_text("utf-8"))
    tables = [*given_["components"].values(), *(given_[kind] for kind in ("actions", "failures", "symptoms", "between", "nothing"))]
    places: dict[str, set[str]] = {}
    for number, table in enumerate(tables):
        for canonical, text in table.items():
            for word in re.split("[,;]", text):
                assert word.strip(), canonical
                places.setdefault(" ".join(re.findall(r"[^\W_]+", fold(word.replace("'", "")))), set()).add(f"{number} {canonical}")
    assert {word: sorted(where) for word, where in places.items() if len(where) > 1} == {}


def test_each_component_has_one_rank() -> None:
    ranks = tomllib.loads(files("counterfoil.rules").joinpath("worktext.toml").read_text("utf-8"))["ranks"]
    listed = [component for rank in ranks.values() for component in rank]
    assert len(set(listed)) == len(listed)
    assert set(listed) < set(dictionary().groups) == set(dictionary().ranks)


vocabulary = st.sampled_from(sorted(dictionary().words))
texts = st.lists(vocabulary | st.text(max_size=8), max_size=8).flatmap(
    lambda words: st.lists(st.sampled_from([" ", ", ", "/", ".", " - ", "'"]), min_size=len(words), max_size=len(words)).map(
        lambda marks: "".join(word + mark for word, mark in zip(words, marks, strict=True))
    )
)


@given(texts)
def test_every_word_is_said_somewhere_and_once(text: str) -> None:
    read = read_text(text)
    assert all(one.start < one.end <= len(text) for one in read.said)
    assert all(a.start <= b.start for a, b in pairwise(read.said))
    symptoms = {"electrical fault"} if any(one.kind == "symptom" for one in read.said) else set()
    for words, kind, more in ((read.components, "component", set()), (read.actions, "action", set()), (read.failures, "failure", symptoms)):
        said = {one.word for one in read.said if one.kind == kind}
        assert len(set(words)) == len(words)
        assert said <= set(words) <= said | more
