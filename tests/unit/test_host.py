"""Private files, hashes, ports and locks; rounding."""

from __future__ import annotations

import os
import socket
from contextlib import nullcontext
from decimal import Decimal

import pytest

from fundwatch import host
from fundwatch.errors import FolderUnusable, SettingInvalid
from fundwatch.queries import lock_key
from fundwatch.rounding import half_up


def test_private_file_is_readable_by_its_owner_alone_when_it_replaces_an_open_one(tmp_path):
    path = tmp_path / "connection.json"
    path.write_text("old")
    path.chmod(0o644)
    host.write_private(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [item.name for item in tmp_path.iterdir()] == ["connection.json"]


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "/etc/passwd", "a/b", "a\0b"])
def test_path_never_leaves_its_folder(tmp_path, name):
    with pytest.raises(FolderUnusable, match="leads out of it"):
        host.within(tmp_path, name)
    assert host.within(tmp_path, "230602.zh.xlsx") == tmp_path / "230602.zh.xlsx"


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"[1]", b"{"])
def test_note_that_is_gone_or_damaged_notes_nothing(tmp_path, content):
    path = tmp_path / "note.json"
    if content is not None:
        path.write_bytes(content)
    assert host.read_note(path) == {}
    path.write_text('{"port": 1}')
    assert host.read_note(path) == {"port": 1}


def test_file_hash_of_a_missing_file_is_empty(tmp_path):
    assert host.file_sha256(tmp_path / "none") == ""


def test_port_is_not_free_while_somebody_listens():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert not host.is_free(listener.getsockname()[1])
    assert host.is_free(host.free_port())


def test_process_is_alive_until_it_has_ended():
    assert host.is_alive(os.getpid())
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    assert not host.is_alive(child)


def test_folder_that_cannot_be_created_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FolderUnusable), host.exclusive_folder(tmp_path / "file" / "below", mode=0o700):
        pass


def test_lock_keys_differ_by_purpose_and_fit_a_bigint():
    keys = {lock_key(purpose) for purpose in ("build", "migrate", "alerts", "digests")}
    assert len(keys) == 4
    assert all(0 <= key < 2**63 for key in keys)


@pytest.mark.parametrize(
    ("value", "rounded"), [("0.125", "0.13"), ("-0.125", "-0.13"), ("0.1249", "0.12"), ("2.675", "2.68")]
)
def test_half_is_rounded_away_from_zero(value, rounded):
    assert str(half_up(Decimal(value), 2)) == rounded


@pytest.mark.parametrize(("limit", "is_enough"), [(900 * 2**20, False), (80 * 2**30, True), (-1, True)])
def test_address_space_too_small_to_draw_in_is_refused(monkeypatch, limit, is_enough):
    monkeypatch.setattr("resource.getrlimit", lambda _: (limit, -1))
    with nullcontext() if is_enough else pytest.raises(SettingInvalid, match=r"900 MiB.*ulimit -v"):
        host.require_address_space()
