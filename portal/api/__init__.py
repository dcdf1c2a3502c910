"""The JSON API, ``/api/v1``: one module a resource. ``ROUTERS`` lists what the application includes."""

from fastapi import APIRouter

from portal.api import acts, description, exports, lists, objects, publications, reveals, session, traces

# Finding cases stands before one case: an address of its own, not a case called so.
ROUTERS: tuple[APIRouter, ...] = (
    session.router,
    description.router,
    lists.router,
    reveals.router,
    objects.router,
    publications.router,
    traces.router,
    acts.router,
    exports.router,
)
