"""The datasets of the demonstration: what they hold and what they ask. Their records lie in feedback/demo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

REASONS = ("more correct", "more complete", "clearer", "does as asked", "safer")
TOPICS = ("facts", "code", "writing", "planning", "math", "everyday", "other")
CARD = """
<style>
  h3 { margin: 0 0 .5em; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: .25em 1.5em; margin: 0; }
  dd { margin: 0; }
</style>
<div dir="auto">
  <h3>{{record.fields.card.title}}</h3>
  <dl>{{#each record.fields.card.facts}}<dt>{{name}}</dt><dd>{{value}}</dd>{{/each}}</dl>
</div>
"""


@dataclass(frozen=True)
class Sample:
    """A dataset of the demonstration: its files are <key>.jsonl and <key>.md."""

    key: str
    name: str
    answers_wanted: int
    fields: tuple[tuple[str, str, bool, dict[str, Any]], ...]
    questions: tuple[tuple[str, str, bool, dict[str, Any]], ...]


PROMPT = ("prompt", "Prompt", True, {"type": "text", "use_markdown": True})
SAMPLES = (
    Sample(
        "rank",
        "Rank the answers",
        2,
        (PROMPT, ("answers", "Answers", True, {"type": "candidates", "use_markdown": True})),
        (
            (
                "ranking",
                "Which answer is better?",
                True,
                {"type": "ranking", "field": "answers", "strength": True, "reasons": list(REASONS)},
            ),
            (
                "helpful",
                "How helpful is the best one?",
                True,
                {
                    "type": "rating",
                    "options": [{"value": n} for n in range(1, 6)],
                    "words": {"1": "no help", "5": "just right"},
                },
            ),
            ("comment", "Comment", False, {"type": "text"}),
        ),
    ),
    Sample(
        "write",
        "Write the answer",
        1,
        (PROMPT,),
        (
            ("answer", "Your answer", True, {"type": "text", "use_markdown": True}),
            (
                "clarity",
                "How clear is the prompt?",
                True,
                {
                    "type": "rating",
                    "options": [{"value": n} for n in range(1, 6)],
                    "words": {"1": "unclear", "5": "clear"},
                },
            ),
            (
                "topics",
                "What is the prompt about?",
                True,
                {
                    "type": "multi_label_selection",
                    "options": [{"value": topic, "text": topic.title()} for topic in TOPICS],
                },
            ),
        ),
    ),
    Sample(
        "mark",
        "Mark and look",
        2,
        (
            ("picture", "Picture", True, {"type": "image"}),
            ("card", "What is known", True, {"type": "custom", "template": CARD}),
            ("description", "Description", True, {"type": "text"}),
        ),
        (
            (
                "marks",
                "What in the description does not hold?",
                True,
                {
                    "type": "span",
                    "field": "description",
                    "options": [
                        {"value": "wrong", "text": "Wrong", "description": "Picture or card contradict it."},
                        {"value": "unproven", "text": "Not shown", "description": "Nothing says so."},
                    ],
                },
            ),
            (
                "fit",
                "How well does it fit?",
                True,
                {
                    "type": "rating",
                    "options": [{"value": n} for n in range(1, 6)],
                    "words": {"1": "not at all", "5": "in every word"},
                },
            ),
        ),
    ),
)
