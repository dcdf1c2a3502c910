"""The font of charts and documents: Noto Sans CJK from the wheel ``manimgx-fonts-cjk``."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def fonts_folder() -> Path:
    """Return the folder of the wheel's font files, without importing the wheel.

    Raises: ModuleNotFoundError when the wheel is not installed.
    """
    package = importlib.util.find_spec("manimgx_fonts_cjk")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("the wheel manimgx-fonts-cjk is not installed")
    return Path(package.origin).parent
