"""What the web server loads. The encoder is read on another core meanwhile: the first question
of a process would wait a second or two for it. Addresses are read now too, so that what is loaded
once is settled before the first page."""

import os
import threading

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from essaim.common.memory import settle
from essaim.search.encoder import get_encoder

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
threading.Thread(target=get_encoder, name="encoder", daemon=True).start()
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - read for what it loads
settle()
