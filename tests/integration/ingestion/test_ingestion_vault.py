"""The vault keeps what arrived; an inbox that has not changed is not read again."""

from __future__ import annotations

import errno
import fcntl
import gzip
import hashlib
import io
import os
import stat
import zipfile
from dataclasses import replace

import pytest

from fundwatch.errors import DiskFull
from ingestion import land
from ingestion.files.arrival import hash_cache, listing
from ingestion.files.arrival.vault import Vault
from ingestion.files.operations.explain import explain
from ingestion.files.operations.vault_check import check_vault
from tests.integration.ingestion.support import rows_of, voucher, vouchers, write_file, write_site


@pytest.fixture(autouse=True)
def _site(settings):
    write_site(settings)


@pytest.fixture
def ingest(warehouse, settings):
    """Land the tax feed as a month and return state and reason by file name."""

    def ingested(month: str = "2024-06", settings=settings) -> dict[str, tuple[str, str]]:
        land(warehouse, settings, month=month, feeds=["tax"])
        rows = rows_of(warehouse, "select name, state, reason from ops.files order by first_seen_at")
        return {name: (state, reason) for name, state, reason in rows}

    return ingested


@pytest.fixture
def vault(settings) -> Vault:
    return Vault(settings.vault_folder)


@pytest.fixture
def reads(monkeypatch) -> list[str]:
    """Names of the files of the inbox that are read."""
    done, opened = [], listing.InboxFile.opened

    def counted(inbox_file):
        done.append(inbox_file.name)
        return opened(inbox_file)

    monkeypatch.setattr(listing.InboxFile, "opened", counted)
    return done


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def objects(vault: Vault) -> set[str]:
    paths = (vault.root / "sha256").rglob("*")
    return {path.parent.name + path.name for path in paths if path.is_file()}


def test_vault_keeps_data_and_manifest_under_their_hashes_read_only(ingest, settings, vault):
    file = vouchers(voucher())
    path = write_file(settings, "tax", "v.csv", **file)
    ingest()
    manifest = path.with_name("v.csv.manifest.json").read_bytes()
    assert objects(vault) == {sha256(file["content"]), sha256(manifest)}
    kept = vault.path_of(sha256(file["content"]))
    assert kept.read_bytes() == file["content"]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o400
    folders = [vault.root, kept.parent, kept.parent.parent, vault.root / "partial"]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}
    assert list((vault.root / "partial").iterdir()) == []


def test_vault_keeps_only_the_manifest_of_what_no_known_sender_knows(ingest, settings, vault):
    wrong = vouchers(voucher(amount="1.00"))
    changed = vouchers(voucher(amount="2.00"))
    write_file(settings, "tax", "a.csv", **{**wrong, "division": "999999"})
    write_file(settings, "tax", "b.csv", **{**changed, "sha256": "0" * 64})
    write_file(settings, "tax", "c.csv", b"half", manifest=False)
    ingest()
    manifests = [path.read_bytes() for path in (settings.inbox_folder / "tax").glob("*.manifest.json")]
    assert len(manifests) == 2
    assert objects(vault) == {sha256(content) for content in manifests}


def test_held_file_loads_from_the_vault_when_it_is_gone_from_the_inbox(ingest, settings, warehouse):
    path = write_file(settings, "tax", "v.csv", **{**vouchers(voucher()), "month": "2024-07"})
    assert ingest() == {"v.csv": ("held", "FUTURE_MONTH")}
    path.unlink()
    path.with_name("v.csv.manifest.json").unlink()
    assert ingest() == {"v.csv": ("held", "FUTURE_MONTH")}
    assert ingest("2024-07") == {"v.csv": ("loaded", "")}
    assert rows_of(warehouse, "select count(*) from landing.tax__voucher") == [(1,)]


def test_held_file_is_superseded_when_its_correction_overwrites_it(ingest, settings, warehouse):
    bad = [voucher(amount="1.00", collected_on="") for _ in range(2)]
    write_file(settings, "tax", "v.csv", **vouchers(*bad))
    assert ingest() == {"v.csv": ("held", "TOO_MANY_REFUSED")}
    write_file(settings, "tax", "v.csv", **vouchers(voucher(amount="2.00")))
    ingest()
    assert rows_of(warehouse, "select state, rows_declared, rows_loaded + rows_quarantined + rows_repeated,"
                   " amount_declared = amount_loaded + amount_quarantined + coalesce(amount_repeated, 0)"
                   " from ops.files order by state") == [
        ("loaded", 1, 1, True), ("superseded", 2, 2, True),
    ]  # fmt: skip
    assert rows_of(warehouse, "select amount from landing.tax__voucher") == [("2.00",)]


def test_file_left_loading_by_a_dead_worker_is_resumed_from_the_vault(ingest, settings, warehouse):
    path = write_file(settings, "tax", "v.csv", **{**vouchers(voucher()), "month": "2024-07"})
    ingest()
    path.unlink()
    with warehouse.connect() as connection:
        connection.execute("update ops.files set state = 'loading', reason = ''")
    ingest("2024-07")
    assert rows_of(warehouse, "select state from ops.files where sha256 is not null") == [("loaded",)]


@pytest.mark.parametrize("damage", [b"", b"x"], ids=["torn", "other bytes"])
def test_damaged_object_is_set_aside_and_copied_from_the_inbox_again(ingest, settings, vault, damage):
    file = vouchers(voucher())
    write_file(settings, "tax", "v.csv", **{**file, "month": "2024-07"})
    ingest()
    kept = vault.path_of(sha256(file["content"]))
    kept.chmod(0o600)
    kept.write_bytes(damage * len(file["content"]))
    states = [ingest("2024-07")["v.csv"][0] for _ in range(2)]
    assert states[-1] == "loaded"
    assert kept.read_bytes() == file["content"]
    assert states[0] == ("waiting" if damage else "loaded")


def test_partial_files_of_dead_writers_are_deleted_and_those_of_a_live_one_kept(ingest, vault):
    partial = vault.root / "partial"
    partial.mkdir(parents=True)
    (partial / "dead.tmp").write_bytes(b"x")
    with (partial / "alive.tmp").open("wb") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
        ingest()
        assert [path.name for path in partial.iterdir()] == ["alive.tmp"]


@pytest.mark.parametrize("step", ["fsync", "fchmod"])
def test_full_disk_is_an_error_of_its_own_and_leaves_nothing_half(ingest, settings, vault, monkeypatch, step):
    write_file(settings, "tax", "v.csv", **vouchers(voucher()))

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, step, full)
        with pytest.raises(DiskFull) as caught:
            ingest()
    assert caught.value.exit_code == 25
    assert list(vault.root.rglob("*.tmp")) == []
    assert ingest() == {"v.csv": ("loaded", "")}


def test_unchanged_inbox_is_not_read_again(ingest, settings, monkeypatch, reads):
    monkeypatch.setattr(hash_cache, "SETTLED_NS", 0)
    path = write_file(settings, "tax", "v.csv", **vouchers(voucher()))
    ingest()
    assert sorted(reads) == ["v.csv", "v.csv.manifest.json"]
    reads.clear()
    ingest()
    assert reads == []
    path.write_bytes(path.read_bytes().replace(b"100.00", b"200.00"))
    ingest()
    assert "v.csv" in reads


def test_file_changed_within_the_same_tick_is_read_again(ingest, settings, warehouse, reads):
    path = write_file(settings, "tax", "v.csv", **vouchers(voucher()))
    before = path.stat()
    ingest()
    assert rows_of(warehouse, "select count(*) from ops.inbox_seen") == [(0,)]
    path.write_bytes(path.read_bytes().replace(b"100.00", b"200.00"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    reads.clear()
    ingest()
    assert "v.csv" in reads
    assert sorted(rows_of(warehouse, "select state, reason from ops.files")) == [
        ("loaded", ""), ("rejected", "SHA256_MISMATCH"),
    ]  # fmt: skip


def test_duplicate_costs_only_its_hash(ingest, settings, monkeypatch):
    file = vouchers(voucher())
    write_file(settings, "tax", "a.csv", **file)
    ingest()
    copies = []
    monkeypatch.setattr(Vault, "copy", lambda *_, **options: copies.append(options))
    write_file(settings, "tax", "b.csv", **{**file, "sequence": 2})
    assert ingest()["b.csv"] == ("duplicate", "DUPLICATE_FILE")
    assert copies == []


def test_links_and_pipes_are_not_followed(ingest, settings, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    file = vouchers(voucher())
    write_file(settings, "tax", "real.csv", **file)
    tax = settings.inbox_folder / "tax"
    (tax / "real.csv").rename(outside / "real.csv")
    (tax / "real.csv").symlink_to(outside / "real.csv")
    (outside / "x.csv").write_bytes(b"x")
    (tax / "folder").symlink_to(outside)
    os.mkfifo(tax / "pipe.csv")
    (tax / "pipe.csv.manifest.json").write_text("{}")
    assert ingest() == {"real.csv": ("waiting", ""), "pipe.csv": ("waiting", "")}


def test_file_in_a_folder_below_loads(ingest, settings):
    write_file(settings, "tax/2024/06", "v.csv", **{**vouchers(voucher()), "feed": "tax"})
    assert ingest() == {"v.csv": ("loaded", "")}


def test_packed_file_loads_like_the_plain_one(ingest, settings, warehouse):
    plain = vouchers(voucher())
    packed = gzip.compress(plain["content"])
    write_file(settings, "tax", "v.csv.gz", **{**plain, "content": packed, "sha256": sha256(packed)})
    assert ingest() == {"v.csv.gz": ("loaded", "")}
    assert rows_of(warehouse, "select amount from landing.tax__voucher") == [("100.00",)]


def test_dangerous_archive_and_too_large_file_are_rejected(ingest, settings):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("../v.csv", vouchers(voucher())["content"])
    write_file(settings, "tax", "a.zip", **{**vouchers(voucher()), "content": target.getvalue()})
    write_file(settings, "tax", "b.csv", **{**vouchers(*[voucher()] * 9), "sequence": 1})
    small = replace(settings, max_file_bytes=500)
    assert ingest(settings=small) == {
        "a.zip": ("rejected", "UNSAFE_CONTENT"), "b.csv": ("rejected", "UNSAFE_CONTENT"),
    }  # fmt: skip


def test_file_over_the_limit_is_refused_unread(ingest, settings, warehouse):
    data = write_file(settings, "tax", "huge.csv", **vouchers(voucher()))
    os.truncate(data, 300 * 2**30)  # without a block on the disk; reading it would take minutes
    (data.parent / "other.csv").write_bytes(b"x")
    (data.parent / "other.csv.manifest.json").touch()
    os.truncate(data.parent / "other.csv.manifest.json", 300 * 2**30)
    assert ingest() == {
        "huge.csv": ("rejected", "UNSAFE_CONTENT"), "other.csv": ("rejected", "MANIFEST_INVALID"),
    }  # fmt: skip
    assert rows_of(warehouse, "select byte_count, sha256 from ops.files where name = 'huge.csv'") == [
        (300 * 2**30, None)
    ]


def test_folders_nested_without_end_do_not_stop_the_feed(ingest, settings, warehouse):
    write_file(settings, "tax", "v.csv", **vouchers(voucher()))
    deep = settings.inbox_folder / "tax" / "/".join("d" * 500)
    deep.mkdir(parents=True)
    (deep / "lost.csv").write_bytes(b"x")
    states = ingest()
    assert states.pop("v.csv") == ("loaded", "")
    assert list(states.values()) == [("waiting", "")]
    ((message,),) = rows_of(warehouse, "select message from ops.files where state = 'waiting'")
    assert "folders deep: nothing in this folder is taken" in message
    assert ingest() == {**states, "v.csv": ("loaded", "")}


def _gone(path):
    path.unlink()


def _cut(path):
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1])


def _changed(path):
    path.chmod(0o600)
    path.write_bytes(
        path.read_bytes().replace(b"100.00", b"900.00").replace(b'"sequence": 1', b'"sequence": 7')
    )


@pytest.mark.parametrize("damage", [_gone, _cut, _changed])
@pytest.mark.parametrize("part", ["v.csv", "v.csv.manifest.json"])
def test_lost_object_is_named_and_copied_again_while_the_inbox_holds_it(
    ingest, warehouse, settings, vault, damage, part
):
    path = write_file(settings, "tax", "v.csv", **vouchers(voucher())).with_name(part)
    ingest()
    assert check_vault(warehouse, settings).problems == ()
    lost = vault.path_of(sha256(path.read_bytes()))
    damage(lost)
    (problem,) = check_vault(warehouse, settings).problems
    assert problem.problem in ("gone", "cut", "changed")
    assert (problem.name, problem.path) == ("v.csv", str(lost))
    assert ingest() == {"v.csv": ("loaded", "")}
    assert lost.read_bytes() == path.read_bytes()
    assert check_vault(warehouse, settings).problems == ()


def test_check_of_the_vault_names_each_object_and_those_of_no_file(ingest, warehouse, settings, vault):
    contents = [
        write_file(settings, "tax", f"{n}.csv", **{**vouchers(voucher()), "sequence": n}) for n in (1, 2)
    ]
    ingest()
    other = b"of no file"
    vault.keep(other)
    assert check_vault(warehouse, settings).unnamed == 1
    _gone(vault.path_of(sha256(contents[0].read_bytes())))
    _changed(vault.path_of(sha256(contents[1].read_bytes())))
    _cut(vault.path_of(sha256(other)))
    problems = [(problem.name, problem.problem) for problem in check_vault(warehouse, settings).problems]
    assert problems == [("1.csv", "gone"), ("2.csv", "changed"), ("", "changed")]


def test_explain_prints_no_path_of_bytes_that_are_not_whole(ingest, warehouse, settings, vault):
    path = write_file(settings, "tax", "v.csv", **vouchers(voucher()))
    ingest()
    kept = vault.path_of(sha256(path.read_bytes()))
    assert explain(warehouse, settings, file="v.csv").vault_path == str(kept)
    _changed(kept)
    explanation = explain(warehouse, settings, file="v.csv")
    assert explanation.vault_path is None
    assert explanation.vault_problem.startswith("not its bytes any more")
