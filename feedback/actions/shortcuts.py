"""The keys that somebody chose for the labeling page. They stay with the account, on every machine."""

from django.db import transaction

from accounts.models import User
from feedback.shortcuts import ACTS, check_shortcut


@transaction.atomic
def change_shortcut(user: User, name: str, *, key: str) -> None:
    """Give the act this key, or none (""). `Invalid` if it is another's, the answers' or the browser's."""
    chosen = _chosen(user)
    key = check_shortcut(name, key, chosen)
    _keep(user, {**{one: its for one, its in chosen.items() if one != name}, name: key})


@transaction.atomic
def restore_shortcuts(user: User, *names: str) -> None:
    """Give these acts, or all, their default keys again. `Invalid` if one has become another's."""
    chosen = _chosen(user)
    if names:
        kept = {one: key for one, key in chosen.items() if one not in names}
        for name in names:
            check_shortcut(name, ACTS[name].default if name in ACTS else "", kept)
        _keep(user, kept)
    else:
        _keep(user, {})


def _chosen(user: User) -> dict[str, str]:
    chosen: dict[str, str] = (
        User.objects.select_for_update().values_list("shortcuts", flat=True).get(pk=user.pk)
    )
    return chosen


def _keep(user: User, chosen: dict[str, str]) -> None:
    user.shortcuts = {name: key for name, key in chosen.items() if name in ACTS and key != ACTS[name].default}
    user.save(update_fields=["shortcuts"])
