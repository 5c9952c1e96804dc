"""What the web server loads. The encoder is read on another core meanwhile: the first question
of a process would wait a second or two for it."""

import os
import threading

from django.core.wsgi import get_wsgi_application

from essaim.common.memory import load, settle
from essaim.search.encoder import get_encoder

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
encoder = threading.Thread(target=get_encoder, name="encoder", daemon=True)
encoder.start()
application = get_wsgi_application()
load()


def _settle() -> None:
    encoder.join()
    settle()


threading.Thread(target=_settle, name="settle", daemon=True).start()
