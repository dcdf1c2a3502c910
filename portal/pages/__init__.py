"""The pages: one module a page. ``ROUTERS`` lists what the application includes."""

from fastapi import APIRouter

from portal.pages import account, declarations, disclosed, exports, identity, login, reconciliation, rules
from portal.pages.administration import audit, user, users
from portal.pages.arrivals import file, files, runs
from portal.pages.bases import listing as bases
from portal.pages.bases import unit
from portal.pages.cases import case, find
from portal.pages.cases import listing as cases
from portal.pages.cases import reveal as reveal_case
from portal.pages.home import page as home
from portal.pages.issues import issue
from portal.pages.issues import listing as issues
from portal.pages.issues import reveal as reveal_issue
from portal.pages.publications import listing as publications
from portal.pages.publications import publication
from portal.pages.quality import division, overview, table
from portal.pages.reports import bulletin, forms, trace

ROUTERS: tuple[APIRouter, ...] = (
    login.router,
    identity.router,
    account.router,
    disclosed.router,
    home.router,
    overview.router,
    division.router,
    table.router,
    issues.router,
    issue.router,
    reveal_issue.router,
    bulletin.router,
    forms.router,
    trace.router,
    publications.router,
    publication.router,
    cases.router,
    case.router,
    reveal_case.router,
    find.router,
    rules.router,
    bases.router,
    unit.router,
    reconciliation.router,
    declarations.router,
    exports.router,
    files.router,
    file.router,
    runs.router,
    users.router,
    user.router,
    audit.router,
)
