"""A visit: one request of a signed-in user, with the transaction its rows are read in."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import psycopg
from fastapi import Depends, Request
from psycopg.rows import DictRow

from portal import problems
from portal.database import Pools, Query, Reading, Row, Stream, acting
from portal.security.sessions import Session, csrf_token_of, live_session, secret_of

CITY_UP = frozenset({"city", "province"})
PUBLICATION_HEADER = "Fundwatch-Publication"
CSRF_HEADER = "x-csrf-token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True)
class Grant:
    """A role for a division; ``level`` is the division's: province, city, county, or empty when unknown."""

    role: str
    division: str
    level: str

    @property
    def is_city_up(self) -> bool:
        """Whether it covers a city or more."""
        return self.level in CITY_UP


@dataclass(frozen=True)
class Publication:
    """The publication a response is made from; ``state`` is approved, or of a draft."""

    number: int
    month: str
    state: str
    sha256: str
    site_zh: str
    site_en: str

    @property
    def is_draft(self) -> bool:
        """Whether it is not approved yet."""
        return self.state != "approved"


class Visit:
    """One request of a signed-in user. All it reads, it reads in one transaction, of one publication."""

    def __init__(
        self, session: Session, *, pools: Pools, secret: str, request_id: str, signing_key: bytes
    ) -> None:
        """Wrap a live session; nothing is read yet."""
        self.user, self.display, self.language = session.user, session.display, session.language
        self.must_change_password = session.must_change_password
        self.session_id, self.started_at, self.ends_at = (
            session.session_id,
            session.started_at,
            session.ends_at,
        )
        self.grants = tuple(Grant(*grant) for grant in session.grants)
        self.csrf_token, self.request_id = csrf_token_of(secret), request_id
        self.signing_key = signing_key
        self.read_publication: Publication | None = None
        self._pools, self._secret = pools, secret
        self._reading = Reading(pools.reading, secret)

    @property
    def roles(self) -> frozenset[str]:
        """The roles of the user, whatever their divisions."""
        return frozenset(grant.role for grant in self.grants)

    def has(self, role: str, *, city_up: bool = False) -> bool:
        """Return whether the user has a role; with ``city_up``, for a city or a province."""
        return any(grant.role == role and (grant.is_city_up or not city_up) for grant in self.grants)

    def rows(self, query: Query, values: Mapping[str, Any] | None = None, *, seconds: int = 0) -> list[Row]:
        """Return the rows of a query that this user may see; see ``portal.database.Reading.rows``."""
        return self._reading.rows(query, values, seconds=seconds)

    def stream(self, query: Query, values: Mapping[str, Any] | None = None, *, size: int = 500) -> Stream:
        """Return the rows of a query that this user may see, as they are fetched."""
        return self._reading.stream(query, values, size=size)

    @contextmanager
    def acts(self) -> Iterator[psycopg.Connection[DictRow]]:
        """Give a transaction to act in as this user; it commits at the end of the block."""
        with acting(self._pools, self._secret, request_id=self.request_id) as connection:
            yield connection

    def publication(self, month: str | None = None, number: int | None = None) -> Publication:
        """Return the publication that is asked for, else the last approved month's; name it in the response.

        Raises: Problem: not-found, superseded (the number was replaced).
        """
        rows = self.rows(
            "select * from portal.publication_asked(%(month)s, %(number)s)",
            {"month": month, "number": number},
        )
        if not rows:
            raise problems.not_found()
        row = rows[0]
        if row["newer"] is not None:
            raise problems.superseded(row["newer"])
        self.read_publication = Publication(
            row["number"], row["month"], row["state"], row["sha256"], row["site_zh"], row["site_en"]
        )
        return self.read_publication

    def site(self) -> tuple[str, str]:
        """Return the site's names, Chinese and English, as last published; empty ones before that."""
        if self.read_publication is not None:
            return self.read_publication.site_zh, self.read_publication.site_en
        if self.must_change_password:
            return "", ""
        query = "select site_zh, site_en from portal.publication_asked(null, null)"
        return next(((row["site_zh"], row["site_en"]) for row in self.rows(query)), ("", ""))

    def close(self) -> None:
        """End the transaction, unless its rows are still being streamed."""
        self._reading.close()


async def sent_token(request: Request) -> str:
    """Return the token an unsafe request carries: a header's, or the field of a form."""
    if request.method in SAFE_METHODS:
        return ""
    if CSRF_HEADER in request.headers:
        return request.headers[CSRF_HEADER]
    if not request.headers.get("content-type", "").startswith(FORMS):
        return ""
    tokens = (await request.form()).getlist("csrf_token")
    return tokens[0] if len(tokens) == 1 and isinstance(tokens[0], str) else ""


SentToken = Annotated[str, Depends(sent_token)]


def visit(request: Request, token: SentToken) -> Iterator[Visit]:
    """Give the visit of a request with a live session; an unsafe request carries the session's token.

    The transaction ends before the response is sent: a slow client holds no connection.
    Raises: Problem: unauthenticated, csrf, not-permitted (the password must be changed first).
    """
    opened = _opened(request, token)
    if opened.must_change_password:
        raise problems.password_first()
    yield from _during(request, opened)


def changing_visit(request: Request, token: SentToken) -> Iterator[Visit]:
    """Give a visit that may be of a session whose password must be changed first: it reads nothing.

    Raises: Problem: unauthenticated, csrf.
    """
    yield from _during(request, _opened(request, token))


def maybe_visit(request: Request) -> Iterator[Visit | None]:
    """Give the visit of a request, or none where there is no live session: of pages that both may see."""
    opened = _open(request)
    if opened is None:
        yield None
    else:
        yield from _during(request, opened)


def _opened(request: Request, token: str) -> Visit:
    opened = _open(request)
    if opened is None:
        raise problems.unauthenticated()
    if request.method not in SAFE_METHODS and not hmac.compare_digest(
        token.encode(), opened.csrf_token.encode()
    ):
        raise problems.csrf()
    return opened


def _open(request: Request) -> Visit | None:
    secret = secret_of(request.cookies)
    if secret is None:
        return None
    pools: Pools = request.app.state.pools
    session = live_session(pools, secret, settings=request.app.state.settings)
    if session is None:
        return None
    return Visit(
        session,
        pools=pools,
        secret=secret,
        request_id=request.state.request_id,
        signing_key=request.app.state.signing_key,
    )


def _during(request: Request, opened: Visit) -> Iterator[Visit]:
    state = request.state
    state.visit = opened
    if not state.is_language_chosen:
        state.language = opened.language
    opened.language = state.language
    try:
        yield opened
        # What is refused says nothing of what was looked at.
        if opened.read_publication is not None:
            state.headers[PUBLICATION_HEADER] = str(opened.read_publication.number)
    finally:
        opened.close()


CurrentVisit = Annotated[Visit, Depends(visit, scope="function")]
ChangingVisit = Annotated[Visit, Depends(changing_visit, scope="function")]
MaybeVisit = Annotated[Visit | None, Depends(maybe_visit, scope="function")]
