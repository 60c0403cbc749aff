"""What the rules of a dataset mean, in sentences: “One record in 5 gets 3 answers, all others 1.”"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext, ngettext

from feedback.models import QueueRules
from feedback.models.rules import Again, Order, Started
from feedback.shape import DatasetShape


def in_words(rules: QueueRules, wanted: int, shape: DatasetShape) -> list[str]:
    """One sentence after the other. `wanted`: how many answers all records get; the rules may not be stored yet."""
    said = (
        _answers(rules, wanted, shape),
        _opinion(rules, wanted, shape),
        _order(rules, shape),
        _started(rules),
        *_people(rules, shape),
        *_limits(rules),
        _skipped(rules),
    )
    return [sentence for sentence in said if sentence]


def _answers(rules: QueueRules, wanted: int, shape: DatasetShape) -> str:
    percent, prop = rules.overlap_percent, shape.metadata.get(rules.overlap_property)
    more = rules.overlap_answers
    if not percent or more <= wanted:
        return ngettext(
            "Each record gets %(number)s answer.", "Each record gets %(number)s answers.", wanted
        ) % {"number": wanted}
    is_even = 100 % percent == 0  # "1 in 5" says more than "20 %"
    if prop:
        sentence = (
            ngettext(
                "Of the records whose %(property)s is one of “%(values)s”, 1 in %(number)s gets %(more)s answer; "
                "all others get %(wanted)s.",
                "Of the records whose %(property)s is one of “%(values)s”, 1 in %(number)s gets %(more)s answers; "
                "all others get %(wanted)s.",
                more,
            )
            if is_even
            else ngettext(
                "Of the records whose %(property)s is one of “%(values)s”, %(percent)s %% get %(more)s answer; "
                "all others get %(wanted)s.",
                "Of the records whose %(property)s is one of “%(values)s”, %(percent)s %% get %(more)s answers; "
                "all others get %(wanted)s.",
                more,
            )
        )
    elif percent == 100:
        sentence = ngettext("Each record gets %(more)s answer.", "Each record gets %(more)s answers.", more)
    elif is_even:
        sentence = ngettext(
            "One record in %(number)s gets %(more)s answer, all others %(wanted)s.",
            "One record in %(number)s gets %(more)s answers, all others %(wanted)s.",
            more,
        )
    else:
        sentence = ngettext(
            "%(percent)s %% of the records get %(more)s answer, all others %(wanted)s.",
            "%(percent)s %% of the records get %(more)s answers, all others %(wanted)s.",
            more,
        )
    return sentence % {
        "percent": percent,
        "number": 100 // percent,
        "more": more,
        "wanted": wanted,
        "property": prop.title if prop else "",
        "values": ", ".join(rules.overlap_values),
    }


def _opinion(rules: QueueRules, wanted: int, shape: DatasetShape) -> str:
    question = shape.questions.get(rules.opinion_question)
    if question is None or rules.opinion_most <= wanted:
        return ""
    sentence = (
        gettext(
            "Where two answers to “%(question)s” are more than %(distance)s apart, another one is asked for, "
            "up to %(most)s in all."
        )
        if rules.opinion_distance
        else gettext(
            "Where two answers to “%(question)s” differ, another one is asked for, up to %(most)s in all."
        )
    )
    return sentence % {
        "question": question.title,
        "distance": f"{rules.opinion_distance:g}",
        "most": rules.opinion_most,
    }


def _order(rules: QueueRules, shape: DatasetShape) -> str:
    if rules.order == Order.RANDOM:
        return gettext("Records come at random, for each labeler in another order.")
    if rules.order == Order.SCORE:
        question = shape.questions.get(rules.order_by)
        title = question.title if question else "–"
        said = (
            gettext(
                "Records whose suggestion to “%(name)s” has the highest score come first; without one, last."
            )
            if rules.is_descending
            else gettext(
                "Records whose suggestion to “%(name)s” has the lowest score come first; without one, last."
            )
        )
        return said % {"name": title}
    if rules.order == Order.METADATA:
        prop = shape.metadata.get(rules.order_by)
        if prop and not prop.kind.is_number:
            values = [*reversed(prop.kind.choices)] if rules.is_descending else prop.kind.choices
            return gettext("Records come by %(name)s: %(values)s; without one, last.") % {
                "name": prop.title,
                "values": ", ".join(values[:5]) + (" …" if len(values) > 5 else ""),
            }
        said = (
            gettext("Records with the greatest %(name)s come first; without one, last.")
            if rules.is_descending
            else gettext("Records with the least %(name)s come first; without one, last.")
        )
        return said % {"name": prop.title if prop else "–"}
    return gettext("The oldest records come first.")


def _started(rules: QueueRules) -> str:
    if rules.started == Started.FIRST:
        return gettext("What has some of its answers is finished before anything new is begun.")
    if rules.started == Started.LAST:
        return gettext("What has some of its answers comes after everything new.")
    return ""


def _people(rules: QueueRules, shape: DatasetShape) -> Iterator[str]:
    titles = [shape.metadata[name].title for name in rules.match_properties if name in shape.metadata]
    if titles:
        yield gettext("A record goes to people whose skills have its %(names)s.") % {
            "names": ", ".join(titles)
        }
    if not rules.opens_unassigned:
        yield gettext("Only records that were given to somebody by name are handed out.")


def _limits(rules: QueueRules) -> Iterator[str]:
    if rules.most_held > 1:
        yield ngettext(
            "A person may hold %(number)s record at once.",
            "A person may hold %(number)s records at once.",
            rules.most_held,
        ) % {"number": rules.most_held}
    if rules.most_records:
        yield ngettext(
            "A person may give %(number)s answer here.",
            "A person may give %(number)s answers here.",
            rules.most_records,
        ) % {"number": f"{rules.most_records:,}"}
    if rules.most_percent:
        yield gettext("A person may answer %(percent)s %% of all records.") % {"percent": rules.most_percent}
    if rules.most_per_day:
        yield ngettext(
            "A person may give %(number)s answer a day.",
            "A person may give %(number)s answers a day.",
            rules.most_per_day,
        ) % {"number": f"{rules.most_per_day:,}"}


def _skipped(rules: QueueRules) -> str:
    if rules.on_skip == Again.OTHERS:
        return gettext("What somebody skips goes to somebody else.")
    if rules.on_skip == Again.COUNTED:
        return gettext("A skip counts as one of the answers wanted.")
    return gettext("What somebody skips comes back to them later.")
