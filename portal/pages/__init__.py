"""The pages: one module a page. ``ROUTERS`` lists what the application includes."""

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
