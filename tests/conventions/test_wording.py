"""The words people read: those that users found odd are used nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Word no longer used -> the word for it.
WORDS = {
    "记分卡": "评价表",
    "检查行数": "检查记录数",
    "异常行数": "问题记录数",
    "不合格行": "问题记录",
    "未测": "未监测（无数据）",
    "：是{yes}": "，符合 {yes} 项",
    "豁免": "暂缓整改",
    "最差地区": "问题率最高地区",
    "居民身份证号码": "公民身份号码",
    "下发期限": "下发日期",
    "来源文件": "来源表",
    "行号": "记录序号",
    "落地文件": "来源批次",
    "不评": "未设标准",
    "走势": "趋势",
    "印列不符": "原表所列不符",
    "类别不明": "类别待核",
}
TOLD_BY_KEY = re.compile("(?<!业务)主键")
READ = (
    "reporting/**/*.py", "reporting/**/*.html", "reporting/**/*.typ", "reporting/**/*.js", "alerts/**/*.py",
    "cli/**/*.py", "expectations/**/*.py", "fundwatch/**/*.py", "pipeline/**/*.py", "dags/*.py",
    "portal/**/*.py", "portal/**/*.html", "portal/**/*.po", "crosschecks/**/*.py", "ingestion/**/*.py",
    "reconciliation/**/*.py",
    "dbt_project/seeds/**/*.csv", "dbt_project/models/**/*.sql", "README.zh.md", "GLOSSARY.md",
    "docs/**/*.md",
)  # fmt: skip


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Path -> content of everything that holds words people read."""
    files = {path for pattern in READ for path in ROOT.glob(pattern)}
    return {str(path.relative_to(ROOT)): path.read_text("utf-8") for path in files}


@pytest.mark.parametrize("word", WORDS)
def test_word_that_users_found_odd_is_used_nowhere(word: str, texts: dict[str, str]) -> None:
    assert len(texts) > 200
    assert [path for path, text in texts.items() if word in text] == []


def test_keys_are_called_keys_of_the_business(texts: dict[str, str]) -> None:
    assert [path for path, text in texts.items() if TOLD_BY_KEY.search(text)] == []


def test_better_words_are_used(texts: dict[str, str]) -> None:
    whole_text = "".join(texts.values())
    assert [word for word in WORDS.values() if word not in whole_text] == []
