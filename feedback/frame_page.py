"""The page inside a frame: what a dataset's author wrote, shut off from everything of ours.

It is answered with a policy of its own (feedback/views/frame_policy.py), under which it has no origin: no cookies, no
storage, no way to the page around it but one message, how high it is.
"""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from feedback.fields.base import Framed

# Light, whatever the page around it is: templates name colors that suit white paper, or none. One that looks well
# on a dark ground says `color-scheme: light dark` itself.
STYLE = """
:root { color-scheme: light; font: 16px/1.55 system-ui, sans-serif; }
body { margin: 0; padding: 1px; overflow-wrap: anywhere; }
img, video, canvas, svg { max-width: 100%; height: auto; }
pre { white-space: pre-wrap; }
.assay-problem { color: #a3231a; }
"""
SCRIPT = """
(() => {
  const tell = (message) => parent.postMessage(message, "*");
  const measure = () => tell({ height: Math.ceil(document.documentElement.getBoundingClientRect().height) });
  new ResizeObserver(measure).observe(document.documentElement);
  for (const name of ["load", "message"]) addEventListener(name, measure);
  addEventListener("keydown", (event) => { if (event.key === "Escape") tell({ leave: true }); });
})();
"""


def frame_page(framed: Framed, *, title: str) -> str:
    """The whole document."""
    record = "" if framed.record is None else f"<script>const record = {_in_script(framed.record)};</script>"
    body = f'<p class="assay-problem">{escape(framed.problem)}</p>' if framed.problem else framed.html
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title dir="auto">{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>{record}</head>'
        f"<body>{body}<script>{SCRIPT}</script></body></html>"
    )


def _in_script(value: Mapping[str, Any]) -> str:
    """JSON that cannot end the script it stands in."""
    text = json.dumps(value, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
