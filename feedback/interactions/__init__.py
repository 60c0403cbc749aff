"""What applications asked of models and what came back, as records. Each API that is spoken is one file, whole."""

from feedback.interactions.base import Interaction, Kind, kinds, recognize
from feedback.interactions.placing import Places

__all__ = ["Interaction", "Kind", "Places", "kinds", "recognize"]
