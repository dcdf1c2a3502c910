"""``fundwatch portal``: serve the portal in the foreground."""

from __future__ import annotations

import sys

import typer

from fundwatch.settings import Settings

app = typer.Typer(rich_markup_mode=None)


@app.command()
def portal() -> None:
    """Serve the portal in the foreground; up starts it, too.

    It refuses to start where the database does not enforce who sees what.
    """
    from portal.server import serve
    from portal.settings import PortalSettings
    from portal.starting import require_safe, urls_of

    settings, ours = Settings.read(), PortalSettings.read()
    urls = urls_of(settings, ours)
    require_safe(urls)
    print(f"serving {ours.url}", file=sys.stderr, flush=True)
    serve(ours, urls, home=settings.home)
