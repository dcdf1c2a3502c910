"""Errors an operator can act on: one class, and one exit code, per action they call for."""

from __future__ import annotations


class FundwatchError(Exception):
    """Base of every expected failure.

    The message is three sentences: what happened, what state we left, what to do next. It never holds
    row values. The command line prints it as one line on stderr and exits with ``exit_code``.
    """

    exit_code = 1

    def __init__(self, what: str, *, state: str = "Nothing was changed", next_step: str) -> None:
        """Keep the three parts; ``str()`` joins them into the one line that is printed."""
        self.what, self.state, self.next_step = what, state, next_step
        super().__init__(what, state, next_step)

    def __str__(self) -> str:
        """Return the one line ``<what>. <what state we left>. <next step>.`` as it is printed."""
        parts = (self.what, self.state, self.next_step)
        return " ".join(_sentence(part) for part in parts)


def _sentence(text: str) -> str:
    """Return a text on one line that ends like a sentence; a question keeps its mark."""
    line = text.rstrip(".").replace("\n", " ")
    return line if line.endswith("?") else f"{line}."


class DatabaseUrlInvalid(FundwatchError):
    """``FUNDWATCH_DATABASE_URL`` is not a PostgreSQL URL."""

    exit_code = 10


class WarehouseUnavailable(FundwatchError):
    """The warehouse's server does not answer, refuses us, or is of an unsupported version."""

    exit_code = 11


class ProductionUnavailable(FundwatchError):
    """The production database cannot be read."""

    exit_code = 12


class SiteIncomplete(FundwatchError):
    """A file or a column of the site's parameters is missing."""

    exit_code = 13


class PortTaken(FundwatchError):
    """A port we were told to listen on is in use."""

    exit_code = 14


class WarehouseBusy(FundwatchError):
    """Another build holds the warehouse."""

    exit_code = 15


class MonthInvalid(FundwatchError):
    """A month is not written ``YYYY-MM``."""

    exit_code = 16


class NotFound(FundwatchError):
    """There is no such file, publication, month or indicator."""

    exit_code = 18


class SignOffRefused(FundwatchError):
    """A publication or file may not be signed by this person, or not in this state."""

    exit_code = 19


class InvariantBroken(FundwatchError):
    """One of our own invariants failed; the build stopped before it could publish wrong figures."""

    exit_code = 20


class ServiceFailed(FundwatchError):
    """The embedded database or an Airflow process did not start or stop."""

    exit_code = 21


class SettingInvalid(FundwatchError):
    """A setting in the environment has a value that cannot be used."""

    exit_code = 24


class UsageWrong(FundwatchError):
    """The command line was not understood; ``field`` names what of an act is wrong, where that is known."""

    exit_code = 2

    def __init__(
        self, what: str, *, state: str = "Nothing was changed", next_step: str, field: str = ""
    ) -> None:
        """Keep the three parts, and the field."""
        super().__init__(what, state=state, next_step=next_step)
        self.field = field


class FolderUnusable(FundwatchError):
    """``FUNDWATCH_HOME`` or a folder under it cannot be used."""

    exit_code = 22


class ReproductionDiffers(FundwatchError):
    """A publication, built again, is not equal to what was published."""

    exit_code = 23


class DiskFull(FundwatchError):
    """The disk of the file vault, or of the warehouse, has no room left."""

    exit_code = 25


class VaultDamaged(FundwatchError):
    """A file of the vault is gone or damaged, and the inbox does not have its bytes any more."""

    exit_code = 26


class NotUnique(FundwatchError):
    """What was asked for fits several things; the message lists them."""

    exit_code = 27


class AuditBroken(FundwatchError):
    """The audit log was changed after it was written, or an anchor is malformed."""

    exit_code = 28


class BackupUnusable(FundwatchError):
    """A backup is damaged, or cannot be written or restored here."""

    exit_code = 30


class CaseMoved(FundwatchError):
    """Somebody recorded an event of a case after the last one that was seen."""

    exit_code = 41


class TransitionRefused(FundwatchError):
    """A case, or a match by hand, cannot go to a state from the one it is in."""

    exit_code = 42


class SamePerson(SignOffRefused):
    """Somebody signs for what was theirs: a case they decided, a match they proposed, a publication."""

    exit_code = 43


class NotPermitted(FundwatchError):
    """An act is not one of the actor's role and division."""

    exit_code = 44


class AuditUnavailable(FundwatchError):
    """The audit log cannot be written, so that nothing is done or shown."""

    exit_code = 45


class QuotaExceeded(FundwatchError):
    """Somebody was shown as many personal values in an hour as anybody may be."""

    exit_code = 46
