"""What a dataset asks for is read once in a process, and again as soon as it is something else."""

from feedback.actions.schema import (
    add_question,
    add_vector_settings,
    change_question,
    remove_question,
    remove_vector_settings,
)
from feedback.models import Dataset, Question
from tests import make


def anew(dataset: Dataset) -> Dataset:
    return Dataset.objects.get(pk=dataset.pk)


def test_it_is_read_once(cast, django_assert_num_queries):
    dataset = anew(make.dataset(cast.workspace))
    again = anew(dataset)
    first = dataset.shape
    with django_assert_num_queries(0):
        assert again.shape == first


def test_whoever_adds_changes_or_removes_a_part_reads_it_anew(cast):
    dataset = make.dataset(cast.workspace, published=False)
    assert "new" not in dataset.shape.questions
    question = add_question(dataset, name="new", title="New", settings={"type": "text"}, required=False)
    assert "new" in dataset.shape.questions
    assert "new" in anew(dataset).shape.questions
    change_question(question, title="Newer")
    assert anew(dataset).shape.questions["new"].title == "Newer"
    remove_question(question)
    assert "new" not in anew(dataset).shape.questions


def test_a_change_past_the_actions_is_noticed_too(cast):
    dataset = anew(make.dataset(cast.workspace))
    assert not dataset.shape.questions["comment"].required
    Question.objects.filter(dataset=dataset, name="comment").update(required=True)
    assert anew(dataset).shape.questions["comment"].required


def test_whether_other_metadata_is_allowed_is_not_remembered(cast):
    dataset = anew(make.dataset(cast.workspace))
    assert dataset.shape.allow_extra_metadata
    Dataset.objects.filter(pk=dataset.pk).update(allow_extra_metadata=False)
    assert not anew(dataset).shape.allow_extra_metadata


def test_vectors_are_a_part_too(cast):
    dataset = make.dataset(cast.workspace)
    settings = add_vector_settings(dataset, name="meaning", title="Meaning", dimensions=3)
    assert anew(dataset).shape.vectors == {"meaning": 3}
    remove_vector_settings(settings)
    assert anew(dataset).shape.vectors == {}
