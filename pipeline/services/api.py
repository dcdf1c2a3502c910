"""A small client of Airflow's REST API on this machine."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

from fundwatch.errors import ServiceFailed

_SECONDS = 60
_UNAUTHORIZED = 401
_direct = build_opener(ProxyHandler({}))


class ApiUnreachable(ServiceFailed):
    """Airflow's API server does not answer."""


@dataclass
class AirflowApi:
    """Airflow's API server at ``server``; signs in when needed, and when the token has run out."""

    server: str
    user: str
    password: str = field(repr=False)
    _token: str | None = field(default=None, repr=False)

    def get(self, path: str, **query: object) -> dict:
        """Return the JSON document at ``/api/v2/<path>``.

        Raises: ApiUnreachable (no answer), ServiceFailed (refused).
        """
        return self._authorized("GET", f"{path}?{urlencode(query, doseq=True)}" if query else path)

    def post(self, path: str, body: dict) -> dict:
        """Post a JSON document to ``/api/v2/<path>`` and return the answer; raises as ``get``."""
        return self._authorized("POST", path, body)

    def patch(self, path: str, body: dict) -> dict:
        """Change what is at ``/api/v2/<path>`` and return the answer; raises as ``get``."""
        return self._authorized("PATCH", path, body)

    def health(self) -> dict[str, str]:
        """Return each component's own word on its health; needs no sign-in; raises as ``get``."""
        answer = self._request("GET", "api/v2/monitor/health")
        return {name: part["status"] for name, part in answer.items() if part}

    def warm(self) -> None:
        """Let the server prepare its interface for tasks; that takes seconds, and would delay the first."""
        self._request("GET", "execution/health")

    def _authorized(self, method: str, path: str, body: dict | None = None) -> dict:
        for attempt in range(2):
            if self._token is None:
                self._sign_in()
            try:
                return self._request(method, f"api/v2/{path}", body, token=self._token)
            except HTTPError as refusal:
                if refusal.code != _UNAUTHORIZED or attempt:
                    raise self._refused(method, path, refusal) from None
                self._token = None
        raise AssertionError

    def _sign_in(self) -> None:
        try:
            answer = self._request("POST", "auth/token", {"username": self.user, "password": self.password})
        except HTTPError as refusal:
            raise self._refused("POST", "auth/token", refusal) from None
        self._token = answer["access_token"]

    def _request(self, method: str, path: str, body: dict | None = None, *, token: str | None = None) -> dict:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.server}/{path}", data=data, headers=headers, method=method)  # noqa: S310 - our own http:// address
        try:
            with _direct.open(request, timeout=_SECONDS) as answer:
                text = answer.read()
        except HTTPError:
            raise
        except (OSError, HTTPException):
            raise ApiUnreachable(
                f"Airflow does not answer at {self.server}",
                next_step="Run fundwatch up",
            ) from None
        return json.loads(text) if text else {}

    def _refused(self, method: str, path: str, refusal: HTTPError) -> ServiceFailed:
        return ServiceFailed(
            f"Airflow refused {method} {path.partition('?')[0]} (HTTP {refusal.code})",
            next_step="Run fundwatch status, and read the api-server's log it names",
        )
