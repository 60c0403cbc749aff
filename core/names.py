"""What the domain name system says. The only place that asks it for more than addresses."""

import dns.exception
import dns.resolver

SECONDS = 5


def texts(name: str) -> list[str]:
    """The TXT records of a name; none if there is no such name, or nobody answers."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=SECONDS, raise_on_no_answer=False)
    except dns.exception.DNSException:
        return []
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
