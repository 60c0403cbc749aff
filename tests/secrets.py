"""What no answer may tell, of the API or a page: hashes, digests, what is sealed, keys of others.

The walk over all routes (tests/house/test_every_route_has_a_row.py) holds every answer to it.
"""

import re
from collections.abc import Iterable

from accounts.models import ApiKey, User
from tests.permissions import Row

LOOKS = re.compile(
    r"assay_[A-Za-z0-9]{54}|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{86}==|gAAAA[\w-]{20,}|\b(?:md5|argon2|pbkdf2\w*|scrypt)\$|eyJ[\w-]+\.eyJ[\w-]+\."
)
# What is shown on purpose, to whom it belongs, and why.
SHOWN = {
    ("POST", "/api/v1/token"): "a token for whoever has the password",
    ("POST", "/api/v1/users"): "the first key of a new user, this once (contract)",
    ("POST", "/api/v1/service-accounts/{service}/keys"): "a new key, this once",
    ("POST", "/{organization}/services/{service}/keys"): "a new key, this once",
    ("POST", "/{organization}/account/keys"): "a new key, this once",
}
# The secret that receivers check signatures by: the contract has it in each answer about a webhook, for owners alone.
ABOUT_WEBHOOKS = re.compile(r"^/(api/v1|\{organization\})/webhooks")


def secrets_in(answers: Iterable[str], row: Row) -> set[str]:
    """The secrets that answers to this row tell: by their looks, and those that the database keeps now."""
    if (row.method, row.path) in SHOWN:
        return set()
    told = "\n".join(answers)
    found = set(LOOKS.findall(told))
    if ABOUT_WEBHOOKS.match(row.path):
        found = {one for one in found if not one.endswith("==")}
    kept = [
        *ApiKey.objects.values_list("digest", flat=True),
        *User.objects.values_list("password", flat=True),
    ]
    return found | {one for one in kept if one and len(one) > 20 and one in told}
