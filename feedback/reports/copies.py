"""How much of a dataset is here, to be compared with what is there. Counts all of it: for the terminal alone."""

from django.db.models import Count

from feedback.models import Dataset, QueueItem, Response, Suggestion, Vector
from feedback.sources.tally import Tally


def tally_here(dataset: Dataset) -> Tally:
    """Records, completed ones, responses by status, suggestions, vectors."""
    items = QueueItem.objects.filter(dataset=dataset)
    by_status = (
        Response.objects.filter(dataset=dataset).values_list("status").annotate(Count("pk")).order_by()
    )
    return Tally(
        records=items.count(),
        completed=items.filter(completed=True).count(),
        **dict(by_status),
        suggestions=Suggestion.objects.filter(record__dataset=dataset).count(),
        vectors=Vector.objects.filter(record__dataset=dataset).count(),
    )
