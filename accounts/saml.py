"""Signing in through a SAML 2.0 identity provider, by python3-saml, which checks the signatures.

The request goes by the browser's address (HTTP-Redirect), the answer comes back by a form (HTTP-POST) from the
provider's page, without our cookies: what it says is kept under its state until the same browser comes for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.core.cache import cache

from accounts.provider_answers import Person, Refused, read
from accounts.sign_in_state import LEEWAY, SignInState

try:
    from onelogin.saml2.auth import OneLogin_Saml2_Auth as Auth
    from onelogin.saml2.constants import OneLogin_Saml2_Constants as Constants
    from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
    from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser as MetadataParser
    from onelogin.saml2.settings import OneLogin_Saml2_Settings as Settings

    IS_INSTALLED = True
except ImportError:  # its libraries of C are not there for every machine
    IS_INSTALLED = False

HANDED_OVER = 60  # seconds between the provider's form and our browser's coming for what it said
LONGEST_METADATA = 200_000
POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
# What providers call the same: names of LDAP, of Microsoft's claims, and what people choose.
CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
EMAIL = ("email", "mail", "emailAddress", "urn:oid:0.9.2342.19200300.100.1.3", f"{CLAIMS}emailaddress")
GIVEN = ("given_name", "givenName", "firstName", "urn:oid:2.5.4.42", f"{CLAIMS}givenname")
FAMILY = ("family_name", "sn", "surname", "lastName", "urn:oid:2.5.4.4", f"{CLAIMS}surname")
USERNAME = ("username", "uid", "preferred_username", "urn:oid:0.9.2342.19200300.100.1.1", f"{CLAIMS}name")


@dataclass(frozen=True, kw_only=True)
class SamlProvider(SignInState):
    """A SAML provider by its metadata, and what it knows us as: `entity_id` is the address of our own metadata."""

    metadata: str
    entity_id: str
    consumer: str  # the address that its answers are posted to
    groups_claim: str = ""

    def address(self, cookie: str) -> str:
        """Where the browser is sent to sign in. `Refused` if the metadata do not say."""
        state = self._signer.unsign(cookie)
        auth = self._auth({})
        address: str = auth.login(return_to=state)
        cache.set(self._place("request", state), auth.get_last_request_id(), self.lasts + LEEWAY)
        return address

    def receive(self, response: str, state: str) -> None:
        """Check what the provider's form says, and keep it until its browser comes. `Refused` says why not."""
        request_id = cache.get(self._place("request", state))
        if request_id is None:
            raise Refused(
                f"This sign-in was not begun here, or took too long. Begin on our sign-in page, not at {self.name}."
            )
        cache.delete(self._place("request", state))
        auth = self._auth({"SAMLResponse": response, "RelayState": state})
        try:
            auth.process_response(request_id=request_id)
        except (OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError, ValueError, SyntaxError) as error:
            raise Refused(f"{self.name} answered something that is not SAML: {error}") from None
        if auth.get_errors() or not auth.is_authenticated():
            raise Refused(f"What {self.name} says cannot be believed: {auth.get_last_error_reason()}")
        person = self._person(auth)
        cache.set(self._place("person", state), person.model_dump_json(), HANDED_OVER)

    def person(self, state: str) -> Person:
        """Who it is, as was said a moment ago; once."""
        place = self._place("person", state)
        if (said := cache.get(place)) is None:
            raise Refused("This sign-in took too long. Begin anew.")
        cache.delete(place)
        return Person.model_validate_json(said)

    def check(self) -> None:
        """Raise `Refused` if the metadata do not say what is needed."""
        self._settings()

    def our_metadata(self) -> str:
        """What the provider is told about us, as XML."""
        return str(Settings(self._ours(), sp_validation_only=True).get_sp_metadata())

    def _person(self, auth: Any) -> Person:
        given: dict[str, list[str]] = {**auth.get_attributes(), **auth.get_friendlyname_attributes()}
        name, form = auth.get_nameid() or "", auth.get_nameid_format() or ""
        if not name or form == Constants.NAMEID_TRANSIENT:
            raise Refused(
                f"{self.name} gives the same person another name each time (NameID: transient). Let it send a "
                "persistent one, or the e-mail."
            )
        by_mail = name if form == Constants.NAMEID_EMAIL_ADDRESS or "@" in name else None
        said = {
            "iss": str(MetadataParser.parse(self.metadata)["idp"]["entityId"]),
            "sub": name,
            "email": _first(given, EMAIL) or by_mail,
            "email_verified": True,
            "given_name": _first(given, GIVEN),
            "family_name": _first(given, FAMILY),
            "preferred_username": _first(given, USERNAME),
            "groups": given.get(self.groups_claim, []),
        }
        return read(self.name, Person, said)

    def _auth(self, posted: dict[str, str]) -> Any:
        place = urlsplit(self.consumer)
        request = {
            "https": "on" if place.scheme == "https" else "off",
            "http_host": place.netloc,
            "script_name": place.path,
            "get_data": {},
            "post_data": posted,
        }
        return Auth(request, self._settings())

    def _settings(self) -> Any:
        if not IS_INSTALLED:
            raise Refused("This installation cannot speak SAML: python3-saml is not installed.")
        try:
            theirs = MetadataParser.parse(self.metadata)
            found = theirs.get("idp", {})
            if not found.get("singleSignOnService", {}).get("url", "").startswith(("https://", "http://")):
                raise Refused(
                    f"The metadata of {self.name} name no address to sign in at (SingleSignOnService, HTTP-Redirect)."
                )
            if not found.get("x509cert") and not found.get("x509certMulti"):
                raise Refused(
                    f"The metadata of {self.name} hold no certificate, so nobody could check who answers."
                )
            return Settings({**self._ours(), "idp": found})
        except (OneLogin_Saml2_Error, ValueError, SyntaxError, KeyError) as error:  # lxml's are syntax errors
            raise Refused(f"These are no metadata of a SAML provider: {error}") from None

    def _ours(self) -> dict[str, Any]:
        return {
            "strict": True,
            "sp": {
                "entityId": self.entity_id,
                "assertionConsumerService": {"url": self.consumer, "binding": POST},
                "NameIDFormat": Constants.NAMEID_UNSPECIFIED,
            },
            "security": {
                "rejectDeprecatedAlgorithm": True,
                "wantAttributeStatement": False,
                "requestedAuthnContext": False,
            },
        }

    def _place(self, what: str, state: str) -> str:
        return f"saml:{what}:{self.key}:{sha256(state.encode()).hexdigest()}"


def _first(given: dict[str, list[str]], names: tuple[str, ...]) -> str | None:
    return next((given[name][0] for name in names if given.get(name)), None)
