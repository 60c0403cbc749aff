"""A dataset whose records differ by metadata, and people who take what its queue hands out."""

from feedback.actions.entries import Entry
from feedback.actions.nothing import Nothing
from feedback.actions.queue import lease_next
from feedback.actions.records import create_records
from feedback.actions.responses import submit_response
from feedback.actions.schema import add_metadata_property
from feedback.models import Record
from tests import make

LEVELS = ["easy", "middling", "hard"]
PROPERTIES = {
    "difficulty": {"type": "float"},
    "level": {"type": "terms", "values": LEVELS},
    "language": {"type": "terms"},
}
ANSWER = {"quality": 3}


def dataset(cast, *, questions=None, properties=PROPERTIES, **given):
    """One that asks for a rating and a comment. Given: as for `make.dataset`."""
    made = make.dataset(
        cast.workspace,
        fields={"prompt": {"type": "text"}},
        questions=questions
        or {
            "quality": {"type": "rating", "options": [{"value": n} for n in range(1, 6)]},
            "comment": {"type": "text"},
        },
        **given,
    )
    for name, settings in properties.items():
        add_metadata_property(made, name=name, title=name.title(), settings=settings)
    return made


def records(dataset, *metadata):
    """One record for each metadata, called a, b, c … in the order in which they came."""
    entries = [
        Entry(fields={"prompt": f"Prompt {number}"}, external_id=chr(97 + number), metadata=one)
        for number, one in enumerate(metadata)
    ]
    found = Record.objects.in_bulk(create_records(dataset, entries).ids)
    return sorted(found.values(), key=lambda one: one.position)


def taken(dataset, by, number=1000, answer=ANSWER):
    """The names of what somebody is handed, one after another, answering each; and at last why there is no more."""
    names = []
    for _ in range(number):
        lease = lease_next(dataset, by=by)
        if isinstance(lease, Nothing):
            return "".join(names), lease.reason
        names.append(lease.record.external_id)
        submit_response(lease.record, answer, by=by)
    return "".join(names), None


def order(dataset, by):
    """The same, without the end."""
    return taken(dataset, by)[0]
