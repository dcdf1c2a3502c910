"""Names of feeds, states of files, steps of a month; what a file's state or reason means, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

_FEEDS = {
    "production": ("生产库", "Production database"),
    "tax": ("税务", "Tax bureau"),
    "bank": ("银行", "Banks"),
    "civil_registry": ("民政、公安、卫健", "Civil registry"),
    "finance": ("财政", "Finance"),
    "declaration": ("基数申报", "Base declarations"),
}
_FILE_STATES = {
    "waiting": ("等待", "waiting"),
    "loading": ("正在入库", "loading"),
    "loaded": ("已入库", "loaded"),
    "rejected": ("已退回", "rejected"),
    "held": ("暂挂", "held"),
    "duplicate": ("重复", "duplicate"),
    "superseded": ("已被替换", "superseded"),
}
_FILE_REASONS = {
    "MANIFEST_INVALID": ("清单不合规", "invalid manifest"),
    "SIGNATURE_INVALID": ("签名不符", "invalid signature"),
    "SHA256_MISMATCH": ("摘要不符", "digest differs"),
    "DUPLICATE_FILE": ("重复文件", "duplicate file"),
    "REPLACES_UNKNOWN": ("被替换文件不存在", "replaces an unknown file"),
    "SLOT_TAKEN": ("序号已占用", "sequence is taken"),
    "FUTURE_MONTH": ("未来月份", "future month"),
    "SEQUENCE_GAP": ("序号不连续", "gap in the sequence"),
    "UNSAFE_CONTENT": ("内容不安全", "unsafe content"),
    "UNDECODABLE": ("编码不符", "cannot be decoded"),
    "TRUNCATED": ("文件截断", "truncated"),
    "HEADER_INVALID": ("表头不符", "invalid header"),
    "ROWS_MISMATCH": ("记录数不符", "number of records differs"),
    "AMOUNT_MISMATCH": ("金额不符", "amounts differ"),
    "BALANCE_MISMATCH": ("余额不符", "balances differ"),
    "TOO_MANY_REFUSED": ("拒收记录过多", "too many refused records"),
    "TABLE_EMPTIED": ("表被清空", "table emptied"),
}
_STEPS = {
    "ingest": ("入库", "Ingest"),
    "build": ("加工", "Build"),
    "measure": ("质量监测", "Measure"),
    "reconcile": ("对账", "Reconcile"),
    "crosscheck": ("交叉核查", "Cross-check"),
    "publish": ("发布", "Publish"),
    **{f"ingest {feed}": (f"入库：{zh}", f"Ingest: {en}") for feed, (zh, en) in _FEEDS.items()},
}
_RUN_OUTCOMES = {
    "done": ("完成", "done"),
    "failed": ("失败", "failed"),
    "running": ("运行中", "running"),
    "stopped": ("已中断", "stopped"),
    "skipped": ("已跳过", "skipped"),
}

KINDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "feed": _FEEDS,
    "file_state": _FILE_STATES,
    "file_reason": _FILE_REASONS,
    "step": _STEPS,
    "run_outcome": _RUN_OUTCOMES,
}
