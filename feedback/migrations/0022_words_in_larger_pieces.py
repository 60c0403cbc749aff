"""The index of words takes them up in pieces of 4 MB, PostgreSQL's own measure: of one MB each costs half as much again."""

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """What is put off until then, a search reads from end to end: some milliseconds."""

    dependencies: ClassVar = [("feedback", "0021_personal_requests_by_name")]

    operations: ClassVar = [
        migrations.RunSQL(
            "alter index records_by_words reset (gin_pending_list_limit)",
            "alter index records_by_words set (gin_pending_list_limit = 1024)",
        ),
    ]
