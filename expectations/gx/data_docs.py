"""Data Docs of the last validation run: static pages for engineers that load nothing from other servers.

The library's pages load scripts, styles and pictures from other servers, which a data centre may not reach.
These references are removed, and a small style is added.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path

from expectations.prepared.tallies import RuleCount
from expectations.rules.declaration import Rule

_OUTSIDE = re.compile(
    r"<script\b[^>]*\bsrc=[\"']https?:[^>]*>\s*</script>"
    r"|<link\b[^>]*\bhref=[\"']https?:[^>]*>"
    r"|<img\b[^>]*\bsrc=[\"']https?:[^>]*>"
    r"|<footer\b.*?</footer>",
    re.DOTALL | re.IGNORECASE,
)
_STYLE = """<style>
body { font: 15px/1.5 sans-serif; margin: 1.5rem auto; max-width: 75rem; padding: 0 1rem; color: #1b1b1b; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; } ul { padding-left: 1.2rem; }
td, th { border: 1px solid #b9bec4; padding: .3rem .6rem; text-align: left; vertical-align: top; }
th { background: #eef1f4; } .badge { border: 1px solid #767c83; padding: 0 .3rem; overflow-wrap: anywhere; }
.fa-times::before { content: "✗"; } .fa-check-circle::before { content: "✓"; }
.fa-exclamation-triangle::before { content: "!"; }
.collapse, .modal, .ge-index-page-tabs-title, button, input, svg { display: none; }
</style>"""


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """Yield a new folder for pages; at the end they replace ``folder``, without external references."""
    new, old = (folder.with_name(f"{folder.name}.{what}") for what in ("new", "old"))
    for path in (new, old):
        shutil.rmtree(path, ignore_errors=True)
    new.mkdir(parents=True, mode=0o700)
    try:
        yield new
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    for page in new.rglob("*.html"):
        page.write_text(without_references(page.read_text(encoding="utf-8")), encoding="utf-8")
    if folder.exists():
        folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def without_references(page: str) -> str:
    """Return a page that loads nothing from other servers, with a style of its own."""
    return _OUTSIDE.sub("", page).replace("</head>", f"{_STYLE}</head>", 1)


def site_of(folder: Path) -> dict[str, object]:
    """Return the library's configuration of a site of pages in ``folder``."""
    return {
        "class_name": "SiteBuilder",
        "show_how_to_buttons": False,
        "store_backend": {
            "class_name": "TupleFilesystemStoreBackend",
            "base_directory": str(folder),
        },
        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
    }


def write_index(
    folder: Path, *, title: str, counts_by_table: Mapping[str, Sequence[tuple[Rule, RuleCount]]]
) -> None:
    """Write the index: every rule, its rows checked and failing, and a link to its table's page.

    The library's own index needs scripts from other servers.
    """
    lines = [
        f"<!doctype html><html lang='en'><head><meta charset='utf-8'><title>{escape(title)}</title></head>",
        f"<body><h1>{escape(title)}</h1><table><thead><tr><th>Table</th><th>Rule</th><th>规则</th><th>Text</th>",
        "<th>Rows checked</th><th>Rows failing</th></tr></thead><tbody>",
    ]
    for table, counts in counts_by_table.items():
        page = next(folder.glob(f"validations/{table}/**/*.html"), None)
        link = escape(table)
        if page:
            link = f"<a href='{escape(page.relative_to(folder).as_posix())}'>{link}</a>"
        lines += [
            f"<tr><td>{link}</td><td style='white-space:nowrap'>{escape(rule.rule_id)}</td>"
            f"<td>{escape(rule.text_zh)}</td><td>{escape(rule.text_en)}</td><td>{count.checked:,}</td><td>{count.failed:,}</td></tr>"
            for rule, count in counts
        ]
    lines.append("</tbody></table></body></html>")
    (folder / "index.html").write_text("\n".join(lines), encoding="utf-8")
