"""The application as web servers call it."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# What is loaded by now stays: looking through it again and again took a fifth of the time of large requests.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
