"""What was planted and what only looks wrong: one JSON file per rule."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

Item = dict[str, object]
Lists = dict[str, list[Item]]


@dataclass
class Truth:
    """Planted wrongs and decoys by rule or plant.

    Every item says from which month on it holds (``first_month``) and, once corrected, the last month
    in which it did (``last_month``, ``None`` while it stands); a decoy says ``why`` it is right.
    """

    planted: Lists = field(default_factory=lambda: defaultdict(list))
    decoys: Lists = field(default_factory=lambda: defaultdict(list))

    def plant(self, rule: str, **item: object) -> None:
        """Record one planted wrong."""
        self.planted[rule].append(item)

    def decoy(self, rule: str, *, why: str, **item: object) -> None:
        """Record one row that looks wrong and is right."""
        self.decoys[rule].append({**item, "why": why})

    def write(self, folder: Path, *, city: Item) -> list[Path]:
        """Write ``<rule>.json`` for every rule, and ``city.json`` with the parameters."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = [_write(folder / "city.json", city)]
        for rule in sorted({*self.planted, *self.decoys}):
            lists = {"planted": _ordered(self.planted[rule]), "decoys": _ordered(self.decoys[rule])}
            paths.append(_write(folder / f"{rule}.json", lists))
        return paths


def _ordered(items: list[Item]) -> list[Item]:
    return sorted(items, key=lambda item: json.dumps(item, ensure_ascii=False, sort_keys=True))


def _write(path: Path, content: Item | Lists) -> Path:
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")
    return path
