"""One line of two hundred megabytes, read from nowhere: an end in little memory, whatever the format."""

from __future__ import annotations

import subprocess
import sys

import pytest

MOST_KIBIBYTES = 512 * 1024
SCRIPT = """
import io, re, sys
from pathlib import Path
from ingestion.files.formats import FORMATS
from ingestion.files.readers import reader_of
from ingestion.files.reasons import CheckFailedError

class Endless(io.RawIOBase):
    left = 200 * 2**20
    head = bytes.fromhex(sys.argv[2])
    def readable(self):
        return True
    def readinto(self, into):
        first, Endless.head = self.head[:len(into)], self.head[len(into):]
        size = len(first) or min(len(into), self.left)
        into[:size] = first or sys.argv[3].encode() * size
        Endless.left -= 0 if first else size
        return size

try:
    for batch in reader_of(Endless(), form=FORMATS[sys.argv[1]], encoding="utf-8"):
        pass
    print("records")
except CheckFailedError as refused:
    print(refused.verdict.reason)
# What this program itself held at most: getrusage also knows what the process that started it did.
print(Endless.left, re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""
HEADS = {
    "tax-voucher-csv/1": b"",
    "bank-statement-csv/1": b"account_no,booked_on,value_on,amount,direction,counterparty_name,"
    b"counterparty_account,reference,purpose,balance_after\n",
    "police-fixed/1": b"",
    "death-certificate-jsonl/1": b'{"id": "',
    "camt.053/1": b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>',
    "mt940/1": b":20:x\n:86:",
}


@pytest.mark.faults
@pytest.mark.parametrize("filler", ["x", '"', "[", "?"])
@pytest.mark.parametrize("name", HEADS)
def test_reader_stays_small_when_a_line_has_two_hundred_megabytes(name, filler):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, name, HEADS[name].hex(), filler],
        capture_output=True, check=True, timeout=120, text=True,
    )  # fmt: skip
    _end, measured = done.stdout.strip().splitlines()
    assert int(measured.split()[1]) < MOST_KIBIBYTES
