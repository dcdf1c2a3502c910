"""Texts of pages: what a template says in Chinese has its English, and stands nowhere but in a text."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import portal
from portal.language import english

ROOT = Path(portal.__file__).parent
HAN = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
_LETTER = re.compile("[\u3400-\u9fff]")
_TEXT = re.compile(r'(?:ngettext\("[^"]*", |(?<![a-z])_\()"((?:[^"\\])*)"')
_BLOCK = re.compile(r"{%-?\s*trans\b[^%]*%}(.*?){%-?\s*endtrans\s*-?%}", re.DOTALL)
_COMMENT = re.compile(r"{#.*?#}", re.DOTALL)


def _templates() -> list[tuple[str, str]]:
    return [
        (str(path.relative_to(ROOT)), _COMMENT.sub("", path.read_text("utf-8")))
        for path in sorted((ROOT / "templates").rglob("*.html"))
    ]


def _said(template: str) -> list[str]:
    """The texts of a template, as the catalogues have them."""
    blocks = [re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", block) for block in _BLOCK.findall(template)]
    return [*_TEXT.findall(template), *(block for block in blocks if HAN.search(block))]


# Their names stand beside their English in the modules themselves.
_IN_BOTH = ("names", "language", "disclosure", "presentation.py")


def _said_by_modules() -> list[tuple[str, str]]:
    """Module and each Chinese text in the portal's modules; docstrings are no texts."""
    texts = []
    paths = [path for path in ROOT.rglob("*.py") if path.relative_to(ROOT).parts[0] not in _IN_BOTH]
    for path in sorted(paths):
        tree = ast.parse(path.read_text("utf-8"))
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        texts += [
            (path.name, node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and _LETTER.search(node.value)
            and id(node) not in docs
        ]
    return texts


def test_texts_of_templates_have_their_english() -> None:
    texts = {(name, text) for name, template in _templates() for text in _said(template)}
    assert texts
    assert sorted((name, text) for name, text in texts if english().gettext(text) == text) == []


def test_texts_of_modules_have_their_english() -> None:
    texts = _said_by_modules()
    assert texts
    assert [(name, text) for name, text in texts if english().gettext(text) == text] == []


def test_templates_hold_chinese_in_texts_alone() -> None:
    for name, template in _templates():
        rest = _TEXT.sub("", _BLOCK.sub("", template))
        chinese = [line for line in rest.splitlines() if HAN.search(line.replace("中文", ""))]
        assert chinese == [], name


def test_english_texts_name_the_same_values_as_the_chinese() -> None:
    for _, template in _templates():
        for text in _said(template):
            named = set(re.findall(r"%\((\w+)\)s", text))
            assert set(re.findall(r"%\((\w+)\)s", english().gettext(text))) == named, text


def test_templates_have_no_inline_style_or_script() -> None:
    for name, template in _templates():
        assert not re.search(r"""\sstyle=|\son[a-z]+=["']|javascript:|<style""", template), name
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", template)), name
