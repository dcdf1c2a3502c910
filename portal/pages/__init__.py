"""The pages: one module a page. ``ROUTERS`` lists what the application includes."""

from fastapi import APIRouter

from portal.pages import account, declarations, disclosed, login, reconciliation, rules
from portal.pages.administration import audit, users
from portal.pages.arrivals import file, files, runs
from portal.pages.cases import listing as cases
from portal.pages.home import page as home
from portal.pages.issues import listing as issues
from portal.pages.publications import listing as publications
from portal.pages.quality import division, overview, table
from portal.pages.reports import bulletin, forms

ROUTERS: tuple[APIRouter, ...] = (
    login.router,
    account.router,
    disclosed.router,
    home.router,
    overview.router,
    division.router,
    table.router,
    issues.router,
    bulletin.router,
    forms.router,
    publications.router,
    cases.router,
    rules.router,
    reconciliation.router,
    declarations.router,
    files.router,
    file.router,
    runs.router,
    users.router,
    audit.router,
)
