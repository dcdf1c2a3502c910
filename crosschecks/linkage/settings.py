"""The settings of the linkage of persons: what is compared, and which pairs are compared at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from splink import SettingsCreator

ID: Final = "person_id"

# Levels of each comparison, as scored pairs state them.
MISSING: Final = -1
ANOTHER: Final = 0
NAME_CLOSE, NAME_SOUND, NAME_EQUAL = 1, 2, 3
BIRTH_SLIP, BIRTH_EQUAL = 1, 2
SEX_EQUAL = 1
NUMBER_SLIP, NUMBER_EQUAL = 1, 2


@dataclass(frozen=True)
class Block:
    """Values two records share when they are worth comparing, as SQL over the compared columns of one record.

    The expressions are understood by PostgreSQL, DuckDB and Spark alike.
    """

    keys: tuple[str, ...]

    def shared(self, left: str, right: str) -> str:
        """Return the condition that ``left`` and ``right``, two aliases, share the values."""
        return " and ".join(f"{key.format(left)} = {key.format(right)}" for key in self.keys)

    def known(self, alias: str) -> str:
        """Return the condition that none of the values is missing."""
        return " and ".join(f"{key.format(alias)} is not null" for key in self.keys)


_NAME = "{0}.name"
_SURNAME = "substring({0}.name, 1, 1)"
# Chosen by counted pairs (the training report lists them): each finds copies that the others miss.
BLOCKS: Final = (
    Block((_NAME, "substring({0}.birth, 1, 6)")),
    Block((_NAME, "substring({0}.birth, 5, 4)")),
    Block((_NAME, "substring({0}.birth, 1, 4)", "substring({0}.birth, 7, 2)")),
    Block(("{0}.birth", _SURNAME)),
    Block(("{0}.birth", "right({0}.name, 1)", "length({0}.name)")),
    Block(("left({0}.number, 14)",)),
    Block(("right({0}.number, 12)",)),
    Block(("left({0}.number, 6)", "right({0}.number, 4)", _SURNAME)),
)
# Of a pair one record at least has no valid number. Each is compared once: on the left stands a relinked
# record, without a valid number where both are relinked and only one has one.
_COMPARED_ONCE = (
    "((not l.is_valid and (r.is_valid or not r.is_relinked or l.person_id < r.person_id))"
    " or (l.is_valid and not r.is_valid and not r.is_relinked))"
)


def person_settings() -> SettingsCreator:
    """Return the settings for persons of AC01: name, date of birth, sex and identity number.

    Frequent names count less (term frequencies, of the register that is linked). A name is equal, sounds
    alike, is close (one character, or one contains the other), or another; a date of birth is equal, slipped
    (one digit or two neighbours, day and month swapped), or another; a number equal, slipped, or another.
    """
    from splink import SettingsCreator
    from splink.blocking_rule_library import CustomRule
    from splink.comparison_library import CustomComparison

    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name=ID,
        blocking_rules_to_generate_predictions=[
            CustomRule(f"{block.shared('l', 'r')} and {_COMPARED_ONCE}", sql_dialect="duckdb")
            for block in BLOCKS
        ],
        comparisons=[
            CustomComparison(output_column_name=column, comparison_levels=levels)
            for column, levels in _levels().items()
        ],
        retain_matching_columns=True,
        retain_intermediate_calculation_columns=True,
    )


def _levels() -> dict[str, list]:
    """Return the levels of each comparison, the best first."""
    import splink.comparison_level_library as cll

    def custom(sql: str, label: str) -> cll.CustomLevel:
        return cll.CustomLevel(sql, label, base_dialect_str="duckdb")

    contained = " or ".join(
        f"(length({short}) >= 2 and contains({long}, {short}))"
        for short, long in (("name_l", "name_r"), ("name_r", "name_l"))
    )
    cut = "list_contains(cuts_l, name_r) or list_contains(cuts_r, name_l)"
    swapped = (
        "substring(birth_l, 1, 4) = substring(birth_r, 1, 4)"
        " and substring(birth_l, 5, 2) = substring(birth_r, 7, 2)"
        " and substring(birth_l, 7, 2) = substring(birth_r, 5, 2)"
    )
    # Fifteen digits without a check character are compared with the first seventeen of the other.
    shorter = "least(length(number_l), length(number_r))"
    slipped = (
        f"{shorter} >= 17 and {_one_slip('number_l', 'number_r')}"
        f" or {shorter} = 17 and {_one_slip('left(number_l, 17)', 'left(number_r, 17)')}"
    )
    return {
        "name": [
            cll.NullLevel("name"),
            cll.ExactMatchLevel("name", term_frequency_adjustments=True),
            custom("sound_l = sound_r", "same sound"),
            cll.Or(cll.ArrayIntersectLevel("masks", 1), custom(f"{cut} or {contained}", "close")),
            cll.ElseLevel(),
        ],
        "birth": [
            cll.NullLevel("birth"),
            cll.ExactMatchLevel("birth"),
            cll.Or(cll.DamerauLevenshteinLevel("birth", 1), custom(swapped, "day and month swapped")),
            cll.ElseLevel(),
        ],
        "sex": [cll.NullLevel("sex"), cll.ExactMatchLevel("sex"), cll.ElseLevel()],
        "number": [
            cll.NullLevel("number"),
            cll.ExactMatchLevel("number"),
            custom(slipped, "slipped"),
            cll.ElseLevel(),
        ],
    }


def _one_slip(left: str, right: str) -> str:
    """Return the condition that two numbers differ by one character or two neighbours swapped.

    A slip leaves one half alone, or both halves but for their meeting; that is told before it is measured.
    """
    halves = f"left({left}, 9) = left({right}, 9) or right({left}, 7) = right({right}, 7)"
    return f"({halves}) and damerau_levenshtein({left}, {right}) <= 1"
