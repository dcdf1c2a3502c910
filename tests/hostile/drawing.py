"""What the rows of a hostile city are drawn from: months around the boundaries, names, numbers."""

from __future__ import annotations

from random import Random

MONTH, BEFORE = "2024-06", "2024-05"
NORTH, SOUTH, NOWHERE = "230602", "230603", "999999"
Row = dict[str, object]
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

# A name, then ways to write it that are equal, close, and unrelated.
NAMES = {
    "刘国强": (
        ["劉國強", "刘 国强", "刘国强\ufe00"],
        ["刘国墙", "刘国", "刘国强强", "刘口强", "刘?强"],
        ["张三丰", "刘", "国"],
    ),
    "王伟": (["王偉", "王·伟"], ["王玮", "王伟明", "王?"], ["李伟", "王芳", "王"]),
    "单雄信": (["單雄信"], ["单雄新", "善雄信", "单信雄信"], ["单信雄", "丹雄鑫", "无"]),
    "阿布都·热合曼": (
        ["阿布都热合曼", "阿布都•热合曼"],
        ["阿布都", "阿不都热合曼", "阿布都热合满"],
        ["买买提", "不详"],
    ),
    "欧阳娜": (["歐陽娜"], ["欧阳那", "欧阳娜娜"], ["欧娜", None]),
}


def shifted(month: str, by: int) -> str:
    """Name the month ``by`` months later."""
    count = int(month[:4]) * 12 + int(month[5:]) - 1 + by
    return f"{count // 12:04d}-{count % 12 + 1:02d}"


def code(month: str | None) -> str | None:
    """Write a month as production does."""
    return None if month is None else month.replace("-", "")


def money(cents: int) -> str:
    """Write cents as yuan."""
    sign, cents = ("-", -cents) if cents < 0 else ("", cents)
    return f"{sign}{cents // 100}.{cents % 100:02d}"


def number18(birth: str, serial: int) -> str:
    """Make a valid identity number."""
    body = f"230602{birth}{serial % 1000:03d}"
    return body + "10X98765432"[sum(int(a) * w for a, w in zip(body, _WEIGHTS, strict=True)) % 11]


def number15(number: str) -> str:
    """Write a number of somebody born in 19xx as before 1999."""
    return number[:6] + number[8:17]


class Dice:
    """One source of chance, with the choices that boundaries need."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - no secret
        self.serial = 0

    def next(self) -> int:
        """Count up: ids are never drawn twice."""
        self.serial += 1
        return self.serial

    def chance(self, share: float) -> bool:
        """Decide."""
        return self.random.random() < share

    def of(self, *choices: object) -> object:
        """Choose one."""
        return self.random.choice(choices)

    def month(self, around: str, *distances: int) -> str:
        """Choose a month at one of some distances."""
        return shifted(around, self.random.choice(distances))

    def pool(self) -> list[str]:
        """Choose the few months that matter to somebody, by preference the ends of the last twelve."""
        around = [shifted(MONTH, by) for by in (-13, -12, -11, -11, -10, -4, -3, -3, -2, -1, -1, 0, 0, 1)]
        return sorted(set(self.random.sample(around, 4)))

    def some(self, pool: list[str]) -> list[str]:
        """Choose some of them."""
        return sorted(self.random.sample(pool, self.random.randint(1, len(pool))))

    def cents(self) -> int:
        """Choose an amount that does not divide evenly."""
        return self.random.randint(1, 400_000)

    def day(self, month: str) -> str:
        """Choose a day of a month, the first and the last among them."""
        return f"{code(month)}{self.of('01', '15', '28')}"
