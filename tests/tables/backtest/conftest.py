"""`ask`: what the gates say of tables that are drawn."""

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests import plants
from tests.tables.backtest.drawn import Ask, Told, policy_of, told


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """ask({table: text drawn with bars}, policy as TOML, …) → what every gate says. Each call writes a folder of its own."""
    numbers = count(1)

    def call(tables: Mapping[str, str], policy: str = "", **narrowed: Any) -> Told:
        folder = plants.write(tmp_path / f"plant-{next(numbers)}", {name: plants.drawn(text) for name, text in tables.items()})
        return told(folder, policy_of(tmp_path, policy), **narrowed)

    return call
