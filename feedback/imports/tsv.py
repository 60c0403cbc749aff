"""TSV: as CSV, with tabs between cells."""

from django.utils.translation import gettext_noop

from feedback.imports.csv import Csv


class Tsv(Csv):
    """Cells between tabs."""

    name = "tsv"
    label = gettext_noop("TSV")
    order = 25
    suffixes = (".tsv", ".tab")
    between = "\t"

    def sniffs(self, head: bytes, filename: str) -> bool:
        """By its name alone: what else has tabs is found out by its brother."""
        return filename.lower().endswith(self.suffixes) and super().sniffs(head, filename)
