"""A SAML 2.0 identity provider on this machine: it reads requests, signs people in by their name, and posts answers.

It signs by signxml, which is another implementation of XML signatures than the one that checks them in the product.
"""

from __future__ import annotations

import base64
import datetime
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import XMLSigner, methods
from signxml.algorithms import CanonicalizationMethod, SignatureMethod

PROTOCOL, ASSERTION = "urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:2.0:assertion"
MD, DS = "urn:oasis:names:tc:SAML:2.0:metadata", "http://www.w3.org/2000/09/xmldsig#"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
ENTITY = "https://idp.example/entity"


@cache
def new_key(name: str = "") -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=2048)


def certificate(key: RSAPrivateKey) -> bytes:
    """Of the key, signed by itself, as PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "idp.example")])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder(
        name, name, key.public_key(), 1, now - datetime.timedelta(days=1), now + datetime.timedelta(days=2)
    )
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def metadata(key: RSAPrivateKey, sso: str, entity: str = ENTITY) -> str:
    """What a provider says about itself."""
    body = "".join(certificate(key).decode().splitlines()[1:-1])
    return f"""<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="{MD}" xmlns:ds="{DS}" entityID="{entity}">
  <md:IDPSSODescriptor protocolSupportEnumeration="{PROTOCOL}">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data>
      <ds:X509Certificate>{body}</ds:X509Certificate>
    </ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="{sso}"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>"""


METADATA = metadata(new_key(), "https://idp.example/sso")


@dataclass
class SamlProvider:
    """Knows people by a name that never changes. What it says and how it misbehaves is for the test to change."""

    url: str = ""
    people: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    key: RSAPrivateKey = field(default_factory=new_key)
    changes: dict[str, str] = field(default_factory=dict)  # of what stands in the answer
    signs: str = "assertion"  # or response, or nothing
    algorithm: SignatureMethod = SignatureMethod.RSA_SHA256
    asked: list[str] = field(default_factory=list)

    @property
    def metadata(self) -> str:
        return metadata(self.key, f"{self.url}/sso")

    def answer(self, address: str, person: str) -> dict[str, str]:
        """The form that its page posts, once `person` has signed in there after coming to `address`."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        request = etree.fromstring(zlib.decompress(base64.b64decode(query["SAMLRequest"]), -15))
        response = self._response(request, person)
        return {
            "SAMLResponse": base64.b64encode(response).decode(),
            "RelayState": query.get("RelayState", ""),
        }

    def _response(self, request: Any, person: str) -> bytes:
        now = datetime.datetime.now(datetime.UTC)
        stamp, soon = (f"{when:%Y-%m-%dT%H:%M:%SZ}" for when in (now, now + datetime.timedelta(minutes=3)))
        values = {
            "to": request.get("AssertionConsumerServiceURL"),
            "for": request.get("ID"),
            "audience": request.findtext(f"{{{ASSERTION}}}Issuer"),
            "issuer": ENTITY,
            "name": person,
            "format": PERSISTENT,
            "status": "urn:oasis:names:tc:SAML:2.0:status:Success",
            "until": soon,
            **self.changes,
        }
        attributes = "".join(
            f'<saml:Attribute Name="{name}">'
            + "".join(f"<saml:AttributeValue>{escape(value)}</saml:AttributeValue>" for value in given)
            + "</saml:Attribute>"
            for name, given in self.people[person].items()
        )
        of = {name: escape(value, quote=True) for name, value in values.items()}
        answer, assertion = f"_{uuid4().hex}", f"_{uuid4().hex}"
        xml = f"""<samlp:Response xmlns:samlp="{PROTOCOL}" xmlns:saml="{ASSERTION}" ID="{answer}" Version="2.0"
  IssueInstant="{stamp}" Destination="{of["to"]}" InResponseTo="{of["for"]}">
<saml:Issuer>{of["issuer"]}</saml:Issuer>
<samlp:Status>
<samlp:StatusCode Value="{of["status"]}"/>
</samlp:Status>
<saml:Assertion ID="{assertion}" Version="2.0" IssueInstant="{stamp}">
<saml:Issuer>{of["issuer"]}</saml:Issuer>
<saml:Subject>
<saml:NameID Format="{of["format"]}">{of["name"]}</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
<saml:SubjectConfirmationData NotOnOrAfter="{of["until"]}" Recipient="{of["to"]}" InResponseTo="{of["for"]}"/>
</saml:SubjectConfirmation>
</saml:Subject>
<saml:Conditions NotBefore="{stamp}" NotOnOrAfter="{of["until"]}">
<saml:AudienceRestriction>
<saml:Audience>{of["audience"]}</saml:Audience>
</saml:AudienceRestriction>
</saml:Conditions>
<saml:AuthnStatement AuthnInstant="{stamp}">
<saml:AuthnContext>
<saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>
</saml:AuthnContext>
</saml:AuthnStatement>
<saml:AttributeStatement>{attributes}</saml:AttributeStatement>
</saml:Assertion>
</samlp:Response>
"""
        return self._signed(etree.fromstring(xml), assertion if self.signs == "assertion" else answer)

    def _signed(self, root: Any, of: str) -> bytes:
        if self.signs == "nothing":
            return etree.tostring(root)
        whole = root if self.signs == "response" else root.find(f"{{{ASSERTION}}}Assertion")
        place = etree.SubElement(whole, f"{{{DS}}}Signature", Id="placeholder", nsmap={"ds": DS})
        whole.remove(place)
        whole.insert(1, place)  # after the issuer, as the schema has it
        signer = _Signer(
            method=methods.enveloped,
            signature_algorithm=self.algorithm,
            digest_algorithm="sha1" if self.algorithm is SignatureMethod.RSA_SHA1 else "sha256",
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        signed = signer.sign(whole, key=self.key, cert=certificate(self.key).decode(), reference_uri=of)
        if whole is not root:
            root.replace(whole, signed)
            return etree.tostring(root)
        return etree.tostring(signed)


class _Signer(XMLSigner):
    """Signs by SHA-1 too, which nobody may believe any more."""

    def check_deprecated_methods(self) -> None:
        """They are what a test is about."""


@contextmanager
def running() -> Iterator[SamlProvider]:
    """Until the block ends: its page signs everybody in as the first person whom it knows."""
    provider = SamlProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            provider.asked.append(path)
            kind = "text/html" if path == "/sso" else "application/samlmetadata+xml"
            body = (self.page() if path == "/sso" else provider.metadata).encode()
            self.send_response(200 if path in ("/sso", "/metadata") else 404)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def page(self) -> str:
            form = provider.answer(self.path, next(iter(provider.people)))
            query = parse_qs(urlsplit(self.path).query)["SAMLRequest"][0]
            to = etree.fromstring(zlib.decompress(base64.b64decode(query), -15)).get(
                "AssertionConsumerServiceURL"
            )
            fields = "".join(f'<input type="hidden" name="{n}" value="{escape(v)}">' for n, v in form.items())
            return f'<form method="post" action="{to}">{fields}<button>Go on</button></form>'

        def log_message(self, *args: Any) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
