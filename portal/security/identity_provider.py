"""An identity provider of the agency's (OpenID Connect): code flow with PKCE, state and nonce."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

from portal.settings import PortalSettings

CALLBACK = "/login/oidc/callback"
_DISCOVERY = "/.well-known/openid-configuration"
_KEPT_SECONDS, _TIMEOUT_SECONDS = 600.0, 5.0
_MOST_BYTES = 2**20
# Signatures that only the provider can make: none with a shared secret, and none at all.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_LEEWAY_SECONDS = 30


class ProviderRefuses(Exception):
    """The provider did not vouch for anybody: it did not answer, or its answer does not hold."""


@dataclass(frozen=True)
class Asked:
    """What one attempt was begun with; the browser keeps it, sealed, until it comes back."""

    state: str
    nonce: str
    verifier: str


class IdentityProvider:
    """The configured provider; what it says of itself and its keys are kept for ten minutes."""

    def __init__(self, settings: PortalSettings) -> None:
        """Ask nothing yet."""
        self._issuer = settings.oidc_issuer or ""
        self._client_id = settings.oidc_client_id or ""
        self._secret = settings.oidc_client_secret or ""
        self._redirect = settings.url + CALLBACK
        self._lock = threading.Lock()
        self._known: dict[str, Any] = {}
        self._keys: Any = None
        self._until = 0.0

    def address(self, asked: Asked) -> str:
        """Return the address of the provider at which the user signs in.

        Raises: ProviderRefuses.
        """
        with self._session() as session:
            url, _ = session.create_authorization_url(
                self._metadata()["authorization_endpoint"],
                state=asked.state,
                nonce=asked.nonce,
                code_verifier=asked.verifier,
            )
        return str(url)

    def subject(self, asked: Asked, *, code: str) -> str:
        """Return the subject the provider vouches for: signature, issuer, audience, times and nonce hold.

        Raises: ProviderRefuses.
        """
        from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
        from requests import RequestException

        try:
            with self._session() as session:
                token = session.fetch_token(
                    self._metadata()["token_endpoint"],
                    code=code,
                    code_verifier=asked.verifier,
                    timeout=_TIMEOUT_SECONDS,
                )
        except (AuthlibBaseError, RequestException, ValueError, KeyError) as error:
            raise ProviderRefuses(type(error).__name__) from None
        return self._vouched(token, nonce=asked.nonce)

    def _vouched(self, token: dict[str, Any], *, nonce: str) -> str:
        from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
        from joserfc import jwt
        from joserfc.errors import JoseError

        try:
            decoded = jwt.decode(str(token.get("id_token", "")), self._keys, algorithms=_ALGORITHMS)
            claims = CodeIDToken(
                decoded.claims,
                decoded.header,
                {
                    "iss": {"essential": True, "value": self._issuer},
                    "aud": {"essential": True, "value": self._client_id},
                    "exp": {"essential": True},
                    "sub": {"essential": True},
                },
                {"nonce": nonce, "client_id": self._client_id, "access_token": token.get("access_token")},
            )
            claims.validate(leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderRefuses(type(error).__name__) from None
        return str(claims["sub"])

    def _metadata(self) -> dict[str, Any]:
        """Return what the provider says of itself, read anew when it is old; its keys with it."""
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        with self._lock:
            if time.monotonic() >= self._until:
                known = self._read(self._issuer + _DISCOVERY)
                if known.get("issuer") != self._issuer:
                    raise ProviderRefuses("the issuer is another one")
                try:
                    self._keys = KeySet.import_key_set(self._read(str(known["jwks_uri"])))  # type: ignore[arg-type]
                except (KeyError, ValueError, TypeError, JoseError) as error:
                    raise ProviderRefuses(type(error).__name__) from None
                self._known, self._until = known, time.monotonic() + _KEPT_SECONDS
            return self._known

    def _read(self, url: str) -> dict[str, Any]:
        import requests

        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.get(url, timeout=_TIMEOUT_SECONDS, allow_redirects=False)
            document = answer.json() if answer.ok and len(answer.content) <= _MOST_BYTES else None
        except (requests.RequestException, ValueError) as error:
            raise ProviderRefuses(type(error).__name__) from None
        if not isinstance(document, dict):
            raise ProviderRefuses("no document")
        return document

    def _session(self) -> Any:
        from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]

        session = OAuth2Session(
            self._client_id,
            self._secret,
            scope="openid",
            redirect_uri=self._redirect,
            code_challenge_method="S256",
        )
        session.trust_env = False
        return session
