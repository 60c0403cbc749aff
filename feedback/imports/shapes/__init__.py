"""The shapes that files for training and labeling have. Each is one file, whole: known, turned, and set up for."""

from feedback.imports.shapes.base import Kind, Look, kinds, looks_like

__all__ = ["Kind", "Look", "kinds", "looks_like"]
