"""The portal's settings for the yardstick: the same middleware, and one more address, that of the unit."""

from provident.config.settings import *  # noqa: F403 - settings are taken over whole

ROOT_URLCONF = "web_urls"
