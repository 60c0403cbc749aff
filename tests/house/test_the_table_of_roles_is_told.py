"""docs/accounts.md tells who may do what as accounts/access.py decides it."""

from pathlib import Path

from accounts.access import GRANTS, TABLE, Role, WorkspaceRole

ROLES = (Role.OWNER, *WorkspaceRole)
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "accounts.md"


def table() -> str:
    """The table in Markdown."""
    heads = [str(role.label) for role in ROLES]
    lines = [["", *heads, "least key"], ["---"] * (len(heads) + 2)]
    lines += [
        [
            str(line.words).replace("’", "'"),
            *("yes" if line.verb in GRANTS[role] else "–" for role in ROLES),
            line.scope.value,
        ]
        for line in TABLE
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def test_the_document_tells_the_table() -> None:
    assert table() in DOCUMENT.read_text(encoding="utf-8"), f"Put this into {DOCUMENT.name}:\n\n{table()}"
