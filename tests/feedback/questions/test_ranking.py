"""Rankings: ties, tiers with gaps, partial drafts, letters, and nothing that names a model."""

import json

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from feedback import fields as field_kinds
from feedback.fields.candidates import Candidates
from feedback.fields.text import Text
from feedback.item import Candidate, Item
from feedback.questions import remarks
from feedback.questions.ranking import Ranking
from feedback.questions.remarks import FLAGS, STRENGTHS
from feedback.shape import DatasetShape, FieldShape

field_kinds.kinds.load()

IDS = ["gpt-x", "human", "bart"]
REASONS = ["more correct", "kinder"]
ranking = Ranking({"type": "ranking", "field": "answers", "strength": True, "reasons": REASONS})
by_options = Ranking(
    {
        "type": "ranking",
        "options": [
            {"value": "reply-1", "text": "First reply"},
            {"value": "reply-2", "text": "Second reply"},
        ],
    }
)


def item(ids=IDS, seed=0):
    answers = [
        Candidate(id=key, text=f"Text {n}", model=f"secret-{n}", extra={"origin": f"hidden-{n}"})
        for n, key in enumerate(ids)
    ]
    return Item(fields={"prompt": "What is a well?"}, candidates={"answers": answers}, seed=seed)


def tiers(*them):
    return {"version": 1, "tiers": [list(tier) for tier in them]}


def post(fill, name="best"):
    """What the page posts when its widget shows this."""
    form = QueryDict(mutable=True)
    form.update({f"{name}.{letter}": str(tier) for letter, tier in fill["ranks"].items()})
    for step, strength in enumerate(fill.get("strengths", ()), 1):
        form[f"{name}.strength.{step}"] = strength or ""
    for letter, flags in fill.get("flags", {}).items():
        form.setlist(f"{name}.flags.{letter}", flags)
    form.setlist(f"{name}.reasons", fill.get("reasons", []))
    form[f"{name}.why"] = fill.get("why", "")
    better = fill.get("better", {})
    form[f"{name}.better"], form[f"{name}.better_from"] = better.get("text", ""), better.get("from") or ""
    return form


@st.composite
def weak_orders(draw):
    """Some ids, a seed, and a rank for each."""
    texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8)
    ids = draw(st.lists(texts, min_size=1, max_size=30, unique=True))
    ranks = draw(st.lists(st.integers(1, len(ids)), min_size=len(ids), max_size=len(ids)))
    return item(ids, seed=draw(st.integers(0, 2**31 - 1))), dict(zip(ids, ranks, strict=True))


@given(weak_orders())
def test_any_ranking_survives_the_screen_and_the_wire(case):
    about, ranks = case
    answer = ranking.clean([{"value": key, "rank": rank} for key, rank in ranks.items()], about)
    assert ranking.clean(ranking.read(post(ranking.fill(answer, about)), "best", about), about) == answer
    assert ranking.clean(json.loads(json.dumps(ranking.wire(answer))), about) == answer
    hidden = ranking.wire_for_labeler(answer, about)
    assert ranking.clean(ranking.from_labeler(hidden, about), about) == answer
    assert ranking.clean(answer, about) == answer
    assert {one["value"]: one["rank"] for one in ranking.wire(answer)} == ranks


@st.composite
def judgments(draw):
    """A ranking with everything that can be said beside it; some may be flagged and have no place."""
    about, ranks = draw(weak_orders())
    ids = list(ranks)
    flags = draw(st.dictionaries(st.sampled_from(ids), st.sets(st.sampled_from(FLAGS), min_size=1)))
    out = draw(st.sets(st.sampled_from(sorted(flags)))) if flags else set()
    placed = [{"value": key, "rank": rank} for key, rank in ranks.items() if key not in out]
    gaps = max(0, len({one["rank"] for one in placed}) - 1)
    written = draw(st.text(st.characters(codec="utf-8", exclude_characters="\0\r")))
    return about, {
        "placed": placed,
        "flags": {key: sorted(several) for key, several in flags.items()},
        "strengths": draw(st.lists(st.sampled_from([None, *STRENGTHS]), min_size=gaps, max_size=gaps)),
        "reasons": draw(st.lists(st.sampled_from(REASONS), unique=True)),
        "why": draw(st.sampled_from(["", "Only one is right.\nSo.", "  صحيح  "])),
        "better": {"text": written, "from": draw(st.sampled_from([None, *ids]))},
    }


@given(judgments())
def test_everything_that_is_said_beside_a_ranking_survives_the_screen(case):
    about, said = case
    answer = ranking.clean(said, about)
    assert ranking.clean(ranking.read(post(ranking.fill(answer, about)), "best", about), about) == answer
    assert ranking.clean(json.loads(json.dumps(answer)), about) == answer
    letters = {key: letter for letter, key in about.lettered(ranking.ids(about)).items()}
    hidden = {**answer, "tiers": [[letters[key] for key in tier] for tier in answer["tiers"]]}
    hidden |= remarks.renamed(answer, letters)
    assert ranking.clean(ranking.from_labeler(hidden, about), about) == answer
    assert answer.get("flags", {}) == {
        one["value"]: one["flags"] for one in ranking.wire(answer) if "flags" in one
    }


def test_a_flagged_answer_needs_no_place_and_is_in_no_tier():
    answer = ranking.clean(
        {"version": 1, "tiers": [["human"], ["bart"]], "flags": {"gpt-x": ["broken"]}}, item()
    )
    assert ranking.tiers(answer) == [["human"], ["bart"]]
    assert ranking.wire(answer)[-1] == {"value": "gpt-x", "rank": None, "flags": ["broken"]}


def test_all_may_be_flagged_and_none_placed():
    flags = {key: ["unsafe"] for key in IDS}
    assert ranking.tiers(ranking.clean({"version": 1, "tiers": [], "flags": flags}, item())) == []


def test_an_answer_neither_placed_nor_flagged_is_missing():
    with pytest.raises(Invalid, match="1 of them has none yet"):
        ranking.clean({"version": 1, "tiers": [["human"]], "flags": {"gpt-x": ["broken"]}}, item())


def test_a_strength_for_tiers_that_are_one_now_is_forgotten_by_the_form():
    form = post({"ranks": {"A": 1, "B": 1, "C": 2}, "strengths": ["much", "slightly"]})
    assert ranking.clean(ranking.read(form, "best", item()), item())["strengths"] == ["much"]


def test_a_reason_that_is_offered_no_more_leaves_a_draft():
    kept = {"version": 1, "tiers": [["human"]], "reasons": ["funnier", "kinder"]}
    assert ranking.clean(kept, item(), final=False)["reasons"] == ["kinder"]


@given(weak_orders())
def test_the_wire_form_is_best_first(case):
    about, ranks = case
    answer = ranking.clean([{"value": key, "rank": rank} for key, rank in ranks.items()], about)
    assert [one["rank"] for one in ranking.wire(answer)] == sorted(ranks.values())
    assert [one["rank"] for one in ranking.wire_for_labeler(answer, about)] == sorted(ranks.values())


def test_tied_answers_share_a_tier_in_the_order_of_the_record():
    sent = [{"value": key, "rank": 1} for key in reversed(IDS)]
    assert ranking.clean(sent, item()) == tiers(IDS)


def test_ranks_counted_as_in_sports_leave_the_tier_between_empty():
    sent = [{"value": "bart", "rank": 3}, {"value": "human", "rank": 1}, {"value": "gpt-x", "rank": 1}]
    answer = ranking.clean(sent, item())
    assert answer == tiers(["gpt-x", "human"], [], ["bart"])
    assert ranking.tiers(answer) == [["gpt-x", "human"], ["bart"]]
    assert ranking.distance(answer, tiers(["gpt-x", "human"], ["bart"])) == 0


def test_empty_tiers_at_the_end_are_cut():
    assert ranking.clean(tiers(IDS, [], [], [], []), item()) == tiers(IDS)


def test_a_draft_may_place_some_and_keeps_the_tier_of_each():
    draft = ranking.clean(tiers([], ["human"]), item(), final=False)
    assert draft == tiers([], ["human"])
    assert ranking.wire(draft) == [{"value": "human", "rank": 2}]
    assert list(ranking.fill(draft, item())["ranks"].values()) == [2]
    assert ranking.clean(tiers(), item(), final=False) == tiers()
    assert ranking.clean([], item(), final=False) == tiers()


def test_a_final_answer_places_everything_and_says_how_much_is_missing():
    with pytest.raises(Invalid, match="2 of them have none yet"):
        ranking.clean(tiers([], ["human"]), item())


def test_an_untouched_list_is_no_answer():
    untouched = [{"value": key, "rank": None} for key in IDS]
    assert ranking.clean(untouched, item(), final=False) == tiers()
    with pytest.raises(Invalid):
        ranking.clean(untouched, item())


def test_a_suggestion_without_any_ranks_is_a_ranking_by_its_order():
    sent = [{"value": "bart"}, {"value": "gpt-x"}, {"value": "human"}]
    assert ranking.clean(sent, item(), final=False) == tiers(["bart"], ["gpt-x"], ["human"])
    with pytest.raises(Invalid):
        ranking.clean(sent, item())


def test_further_keys_on_the_wire_are_dropped():
    sent = [{"value": key, "rank": 1, "note": "x"} for key in IDS]
    assert ranking.clean(sent, item()) == tiers(IDS)


@pytest.mark.parametrize("rank", [0, 4, -1, 10**30, True, "2", 2.0, [2], {}])
@pytest.mark.parametrize("final", [True, False])
def test_a_rank_is_a_whole_number_up_to_how_many_there_are(rank, final):
    sent = [{"value": "gpt-x", "rank": rank}, {"value": "human", "rank": 1}, {"value": "bart", "rank": 1}]
    with pytest.raises(Invalid, match="from 1, the best, to 3"):
        ranking.clean(sent, item(), final=final)


@pytest.mark.parametrize(
    "wrong",
    [
        tiers(["gpt-x", "human"], ["human", "bart"]),
        tiers(["gpt-x"], [], ["human"], ["bart"]),
        tiers(["gpt-x"], ["human"], ["bart", "unknown"]),
        {"version": 1, "tiers": [["gpt-x", "human", ["bart"]]]},
        {"version": 1, "tiers": [["gpt-x", "human", None]]},
        {"version": 1, "tiers": "gpt-x"},
        {"version": 1, "tiers": ["gpt-x", "human", "bart"]},
        {"version": 1, "tiers": [IDS], "stars": 3},
        {"version": 1, "tiers": [IDS], 3: 3},
        {"version": 2, "tiers": [IDS]},
        {"version": True, "tiers": [IDS]},
        {"version": 1.0, "tiers": [IDS]},
        {"tiers": [IDS]},
        {"version": 1},
        ["gpt-x", "human", "bart"],
        [["gpt-x", 1]],
        [{"rank": 1}],
        [{"value": ["gpt-x"], "rank": 1}],
        [{"value": "gpt-x", "rank": 1}, {"value": "gpt-x", "rank": 1}],
        "gpt-x",
    ],
)
def test_what_is_no_ranking_is_refused_in_drafts_too(wrong):
    with pytest.raises(Invalid):
        ranking.clean(wrong, item(), final=False)


def test_a_record_without_answers_has_nothing_to_rank():
    with pytest.raises(Invalid, match="nothing to rank"):
        ranking.clean(tiers(), item([]))
    with pytest.raises(Invalid, match="nothing to rank"):
        ranking.clean([], Item(fields={"prompt": "What?"}))


def test_one_answer_is_ranked_alone():
    assert ranking.clean([{"value": "human", "rank": 1}], item(["human"])) == tiers(["human"])


def test_letters_follow_the_seed_and_stay_for_it():
    ids = [f"c{n}" for n in range(9)]
    orders = {tuple(item(ids, seed=seed).lettered(ids).values()) for seed in range(50)}
    assert len(orders) > 40
    assert item(ids, seed=7).lettered(ids) == item(ids, seed=7).lettered(ids)
    assert list(item(ids, seed=7).lettered(ids)) == list("ABCDEFGHI")
    assert item(ids, seed=7).lettered(ids[::-1]) == item(ids, seed=7).lettered(ids)


def test_every_position_is_about_equally_likely():
    first = [item(seed=seed).shown(IDS)[0] for seed in range(3000)]
    assert all(900 < first.count(key) < 1100 for key in IDS)


def test_the_same_answer_is_filled_in_under_each_persons_letters():
    answer = tiers(["human"], ["gpt-x", "bart"])
    for seed in range(10):
        about = item(seed=seed)
        letter = next(letter for letter, key in about.lettered(IDS).items() if key == "human")
        assert ranking.fill(answer, about)["ranks"][letter] == 1


def test_an_answer_about_something_taken_away_since_can_still_be_shown():
    answer = tiers(["human"], ["gpt-x", "bart"])
    assert sorted(ranking.fill(answer, item(["gpt-x", "bart"]))["ranks"].values()) == [2, 2]


def test_cards_stand_in_the_shown_order_and_name_no_model():
    about = item(seed=3)
    shown = ranking.show(about)
    texts = {one.id: one.text for one in about.candidates["answers"]}
    assert [card["letter"] for card in shown["cards"]] == ["A", "B", "C"]
    assert [card["text"] for card in shown["cards"]] == [texts[key] for key in about.shown(IDS)]
    assert shown["tiers"] == [1, 2, 3]
    page = json.dumps(shown)
    for secret in ("secret", "hidden", "origin", *IDS):
        assert secret not in page


def test_a_card_may_be_a_conversation_and_shows_only_who_says_what():
    said = {"role": "assistant", "content": "A hole."}
    about = Item(
        fields={}, candidates={"answers": [Candidate(id="x", messages=[{**said, "model": "secret"}])]}
    )
    assert ranking.show(about)["cards"] == [
        {"letter": "A", "text": "", "messages": [said], "use_markdown": False}
    ]


def test_a_card_is_markdown_if_its_field_is():
    fields = {
        "answers": FieldShape("answers", "Answers", True, Candidates({"type": "candidates"})),
        "reply-1": FieldShape("reply-1", "Reply", True, Text({"type": "text", "use_markdown": True})),
        "reply-2": FieldShape("reply-2", "Reply", True, Text({"type": "text"})),
    }
    values = {"answers": [{"id": "x", "text": "*One*"}], "reply-1": "*Two*", "reply-2": "*Three*"}
    about = DatasetShape(fields).item(values)
    cards = [*ranking.show(about)["cards"], *by_options.show(about)["cards"]]
    assert {card["text"]: card["use_markdown"] for card in cards} == {
        "*One*": True,
        "*Two*": True,
        "*Three*": False,
    }


def test_the_wire_form_for_labelers_has_letters_in_place_of_ids():
    about = item(seed=5)
    sent = ranking.wire_for_labeler(tiers(["human"], ["gpt-x", "bart"]), about)
    assert not any(key in json.dumps(sent) for key in IDS)
    assert [one["rank"] for one in sent] == [1, 2, 2]
    assert sent[1]["value"] < sent[2]["value"]
    with pytest.raises(Invalid, match="by its letter"):
        ranking.from_labeler([{"value": "human", "rank": 1}], about)


def test_the_options_of_a_candidates_ranking_are_letters_on_the_wire():
    sent = Ranking({"type": "ranking", "field": "answers"}).wire_settings()
    assert sent.keys() == {"type", "options", "field"}
    assert [option["value"] for option in sent["options"]] == list("ABCDEFGHI")
    assert sent["options"][0] == {"value": "A", "text": "A", "description": None}


def test_option_rankings_have_exactly_the_keys_of_the_contract():
    sent = by_options.wire_settings()
    assert sent.keys() == {"type", "options"}
    assert sent["options"][1] == {"value": "reply-2", "text": "Second reply", "description": None}


def test_options_named_like_fields_show_those_fields():
    chat = [{"role": "assistant", "content": "Two.", "name": "secret"}]
    shown = by_options.show(Item(fields={"prompt": "Say", "reply-1": "One.", "reply-2": chat}))
    cards = [{key: card[key] for key in ("text", "messages")} for card in shown["cards"]]
    assert {"text": "One.", "messages": []} in cards
    assert {"text": "", "messages": [{"role": "assistant", "content": "Two."}]} in cards
    assert by_options.takes_over == {"reply-1", "reply-2"}


def test_options_without_fields_show_their_own_text():
    texts = {card["text"] for card in by_options.show(Item(fields={"prompt": "Say"}))["cards"]}
    assert texts == {"First reply", "Second reply"}


def test_options_are_ranked_by_their_values():
    answer = by_options.clean(
        [{"value": "reply-2", "rank": 1}, {"value": "reply-1", "rank": 2}], Item(fields={"prompt": "Say"})
    )
    assert answer == tiers(["reply-2"], ["reply-1"])
    assert by_options.wire_for_labeler(answer, Item(fields={})) == by_options.wire(answer)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"field": "answers", "options": [{"value": "a", "text": "A"}, {"value": "b", "text": "B"}]},
        {"field": ""},
        {"field": 3},
        {"options": None},
        {"options": []},
        {"options": [{"value": "a", "text": "A"}]},
        {"options": [{"value": "a", "text": "A"}, {"value": "a", "text": "B"}]},
        {"options": [{"value": str(n), "text": "x"} for n in range(51)]},
    ],
)
def test_settings_name_a_field_or_two_to_fifty_options(settings):
    with pytest.raises(Invalid):
        Ranking({"type": "ranking", **settings})


def test_a_patch_changes_neither_field_nor_options():
    others = [{"value": "x", "text": "X"}, {"value": "y", "text": "Y"}]
    assert by_options.changed({"type": "ranking", "options": others}) == by_options.settings.model_dump()
    assert ranking.changed({"type": "ranking", "field": "other"}) == ranking.settings.model_dump()


def test_it_needs_a_field_that_holds_answers():
    ranking.suits({"prompt": "text", "answers": "candidates"})
    by_options.suits({"prompt": "text"})
    for fields in ({"prompt": "text"}, {"answers": "text"}, {}):
        with pytest.raises(Invalid):
            ranking.suits(fields)


def test_it_is_the_work_itself_and_shows_the_field_it_judges():
    assert ranking.is_main(required=False)
    assert ranking.takes_over == {"answers"}
