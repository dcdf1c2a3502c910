"""The pages: one module a page. ``ROUTERS`` lists what the application includes."""

from fastapi import APIRouter

from portal.pages import account, disclosed, login

ROUTERS: tuple[APIRouter, ...] = (
    login.router,
    account.router,
    disclosed.router,
)
