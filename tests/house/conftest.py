"""House tests read the project; where they import it, Django is set up by its settings' name."""

import os

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "provident.config.settings")
os.environ.setdefault("PROVIDENT_SECRET_KEY", "tests only " * 5)
if not apps.ready:
    django.setup()
