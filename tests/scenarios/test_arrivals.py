"""Damaged deliveries are results, not failures; and no person's data leaves the database."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from fundwatch.settings import Settings
from tests.support import export_rows, run_fundwatch

MONTH = "2024-06"
CANARY_NAME = "金丝雀探针"
CANARY_NUMBER = "230602194912317716"


@dataclass(frozen=True)
class Arrived:
    """A month run after damaged copies of a file came, and a person who is to appear nowhere."""

    settings: Settings
    original: Path
    damaged: dict[str, str]
    temporary: Path
    done: subprocess.CompletedProcess[bytes]


@pytest.fixture(scope="module")
def arrived(make_city_settings: Callable[[], Settings], tmp_path_factory: pytest.TempPathFactory) -> Arrived:
    """A month of a copy of the city, with the damaged files by the reason they are refused for."""
    settings = _city_to_damage(make_city_settings())
    original = _tax_file(settings)
    damaged = _damaged_copies(original)
    _plant_canary(settings, original)
    temporary = tmp_path_factory.mktemp("temporary")
    done = run_fundwatch("run", "--month", MONTH, settings=settings, env={"TMPDIR": str(temporary)})
    return Arrived(settings, original, damaged, temporary, done)


def _city_to_damage(settings: Settings) -> Settings:
    """Let a warehouse read a copy of the city, free to be damaged."""
    linked = settings.home / "city"
    original = linked.resolve()
    linked.unlink()
    ignored = shutil.ignore_patterns("production.db", "production-2023-*", "production-2024-0[1-5].db")
    shutil.copytree(original, linked, ignore=ignored)
    return settings


def _tax_file(settings: Settings) -> Path:
    """Return one tax voucher file of the month."""
    manifests = [
        manifest
        for manifest in sorted((settings.inbox_folder / "tax").rglob("*.manifest.json"))
        if json.loads(manifest.read_text())["month"] == MONTH
        and json.loads(manifest.read_text())["format"] == "tax-voucher-csv/1"
    ]
    return manifests[0].with_name(manifests[0].name.removesuffix(".manifest.json"))


def _rewrite_manifest(data: Path, **changes: object) -> None:
    manifest = data.with_name(data.name + ".manifest.json")
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **changes}))


def _wrong_total(data: Path) -> None:
    _rewrite_manifest(data, amount_total="0.01")


def _wrong_sha256(data: Path) -> None:
    _rewrite_manifest(data, sha256="0" * 64)


def _undecodable_byte(data: Path) -> None:
    content = data.read_bytes()
    middle = content.index(b"\n", len(content) // 2) + 1
    content = content[:middle] + b"\xff" + content[middle:]
    data.write_bytes(content)
    _rewrite_manifest(data, sha256=hashlib.sha256(content).hexdigest())


def _damaged_copies(original: Path) -> dict[str, str]:
    """Put copies of a file beside it, each damaged in another way; return the reason for each name."""
    damages = {
        "AMOUNT_MISMATCH": _wrong_total,
        "SHA256_MISMATCH": _wrong_sha256,
        "UNDECODABLE": _undecodable_byte,
    }
    expected = {}
    for number, (reason, damage) in enumerate(damages.items(), start=1):
        copy = original.with_name(f"damaged-{number}.csv")
        # Other bytes than the original's, or the copy would be a duplicate; each another than the last.
        content = original.read_bytes() + b"\r\n" * number
        copy.write_bytes(content)
        shutil.copy(f"{original}.manifest.json", f"{copy}.manifest.json")
        _rewrite_manifest(copy, sequence=2, sha256=hashlib.sha256(content).hexdigest())
        damage(copy)
        expected[copy.name] = reason
    return expected


def _plant_canary(settings: Settings, data: Path) -> None:
    """Give a person whom production pays, and a row that is refused, the canary's name and number."""
    with sqlite3.connect(settings.home / "city" / f"production-{MONTH}.db") as production:
        person = production.execute("select AAC001 from AC82 order by AAZ220 limit 1").fetchone()[0]
        production.execute(
            "update AC01 set AAC003 = ?, AAC002 = ?, AAC004 = '1' where AAC001 = ?",
            (CANARY_NAME, CANARY_NUMBER, person),
        )
    _plant_in_a_refused_row(data)


def test_damaged_file_is_refused_with_its_reason_and_the_month_completes(arrived: Arrived) -> None:
    files = {row["name"]: row for row in export_rows("files", MONTH, settings=arrived.settings)}
    states = {name: (files[name]["state"], files[name]["reason"]) for name in arrived.damaged}
    assert states == {name: ("rejected", reason) for name, reason in arrived.damaged.items()}
    assert len(states) == 3
    assert files[arrived.original.name]["state"] == "loaded"
    assert export_rows("indicators", MONTH, settings=arrived.settings)


def test_canary_person_appears_in_no_log_artefact_or_message(arrived: Arrived) -> None:
    settings = arrived.settings
    quarantined = export_rows("quarantine", MONTH, settings=settings)
    assert any(CANARY_NAME in row["raw"] for row in quarantined), "the canary row was not refused"
    assert _holds_canary(arrived.done.stdout + arrived.done.stderr) is False
    searched = [
        path
        for folder in (settings.home, arrived.temporary)
        for path in folder.rglob("*")
        if path.is_file() and not {settings.home / "city", settings.vault_folder} & set(path.parents)
    ]
    assert searched
    assert [str(path) for path in searched if _holds_canary(path.read_bytes())] == []


def _plant_in_a_refused_row(data: Path) -> None:
    """Put the canary into the smallest tax voucher, with a date that does not parse."""
    text = data.read_bytes().decode("gb18030")
    lines = text.splitlines(keepends=True)
    columns = lines[0].strip().split(",")
    amount = columns.index("amount")
    at = min(range(1, len(lines)), key=lambda line: abs(float(lines[line].split(",")[amount])))
    cells = lines[at].rstrip("\r\n").split(",")
    cells[columns.index("taxpayer_name")] = CANARY_NAME
    cells[columns.index("person_id_number")] = CANARY_NUMBER
    cells[columns.index("collected_on")] = "not-a-day"
    lines[at] = ",".join(cells) + lines[at][len(lines[at].rstrip("\r\n")) :]
    content = "".join(lines).encode("gb18030")
    data.write_bytes(content)
    _rewrite_manifest(data, sha256=hashlib.sha256(content).hexdigest())


def _holds_canary(content: bytes) -> bool:
    needles = [CANARY_NUMBER.encode()]
    needles += [CANARY_NAME.encode(encoding) for encoding in ("utf-8", "gb18030", "unicode_escape")]
    return any(needle in content for needle in needles)
