"""The JSON API, ``/api/v1``: one module a resource. ``ROUTERS`` lists what the application includes."""

from fastapi import APIRouter

from portal.api import acts, description, lists, objects, session

ROUTERS: tuple[APIRouter, ...] = (
    session.router,
    description.router,
    lists.router,
    objects.router,
    acts.router,
)
