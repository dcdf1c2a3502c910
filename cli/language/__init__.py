"""The help of the commands in Chinese: ``fundwatch --lang zh COMMAND --help``."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from typer._click.core import Context
from typer._click.formatting import HelpFormatter

LANGUAGES = ("en", "zh")
_EXTRAS = re.compile(r"^(?P<text>.*?)(?:  )?(?:\[(?P<extras>[^\[\]]*)\])?$", re.DOTALL)
_GAP = 2


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Return the translations: ``headings``, ``marks`` of options, and ``texts`` by English paragraph."""
    return tomllib.loads(files("cli.language").joinpath("help.zh.toml").read_text("utf-8"))


def use(language: str) -> None:
    """Let every help that is printed from now on be in this language of ``LANGUAGES``."""
    Context.formatter_class = ChineseHelp if language == "zh" else HelpFormatter


def paragraphs(text: str) -> list[str]:
    """Split a help text into its paragraphs, each on one line; a catalogue's keys."""
    return [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text.strip())]


class ChineseHelp(HelpFormatter):
    """Writes a command's help in Chinese; a text that has no translation stays English."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write the usage line."""
        super().write_usage(prog, args, prefix or f"{catalogue()['headings']['Usage']}：")

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        self.write(f"{'':{self.current_indent}}{catalogue()['headings'].get(heading, heading)}：\n")

    def write_text(self, text: str) -> None:
        """Write a command's text, paragraph by paragraph."""
        indent = " " * self.current_indent
        wrapped = [
            _wrapped(_translated(paragraph), self.width - self.current_indent)
            for paragraph in paragraphs(text)
        ]
        self.write("\n\n".join("\n".join(indent + line for line in lines) for lines in wrapped) + "\n")

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = _GAP) -> None:
        """Write options, arguments or commands in two columns."""
        first = min(max((len(term) for term, _ in rows), default=0), col_max) + col_spacing
        indent = " " * self.current_indent
        for term, text in rows:
            lines = _wrapped(_described(text), self.width - self.current_indent - first)
            if len(term) + col_spacing > first:
                self.write(f"{indent}{term}\n")
            else:
                self.write(f"{indent}{term:{first}}{lines.pop(0)}\n")
            for line in lines:
                self.write(f"{indent}{'':{first}}{line}\n")


def _translated(paragraph: str) -> str:
    """Translate a paragraph, or one that a list of commands cut short with three dots."""
    texts = catalogue()["texts"]
    if paragraph in texts or not paragraph.endswith("..."):
        return texts.get(paragraph, paragraph)
    whole = [text for english, text in texts.items() if english.startswith(paragraph.removesuffix("..."))]
    return whole[0] if len(whole) == 1 else paragraph


def _described(text: str) -> str:
    """Translate the text of an option, and what brackets say of it: its default, that it is required."""
    parts = _EXTRAS.match(text)
    if parts is None or parts["extras"] is None:
        return "".join(map(_translated, paragraphs(text)))
    described = "".join(map(_translated, paragraphs(parts["text"])))
    extras = "；".join(_mark(*extra.strip().partition(":")) for extra in parts["extras"].split(";"))
    return f"{described} [{extras}]".lstrip()


def _mark(name: str, colon: str, value: str) -> str:
    translated = catalogue()["marks"].get(name)
    if translated is None:
        return f"{name}{colon}{value}"
    return f"{translated}：{value.strip()}" if colon else translated


def _wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of at most ``width`` columns, Chinese letters taking two."""
    lines, line = [], ""
    for piece in re.findall(r"[!-~]+[、，。；：）”]?|\s+|.[、，。；：）”]*", text):
        if line and _columns(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
