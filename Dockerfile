# The image an operator runs; the database is elsewhere (see compose.yaml, docs/operations.md).
FROM python:3.12-slim AS build
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PROJECT_ENVIRONMENT=/app/.venv
RUN pip install --no-cache-dir "uv>=0.8"
WORKDIR /app
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-dev --no-install-project
COPY config config
COPY essaim essaim
RUN uv sync --frozen --no-dev \
 && ESSAIM_DATABASE=none ESSAIM_VAR=/app/var .venv/bin/essaim messages --compile \
 && ESSAIM_DATABASE=none ESSAIM_VAR=/app/var .venv/bin/essaim collectstatic --noinput -v 0

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 essaim
WORKDIR /app
COPY --from=build --chown=essaim:essaim /app /app
USER essaim
ENV PATH=/app/.venv/bin:$PATH ESSAIM_VAR=/app/var DJANGO_SETTINGS_MODULE=config.settings \
    OPENBLAS_NUM_THREADS=1 PYTHONUNBUFFERED=1
EXPOSE 8000
HEALTHCHECK CMD python -c "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz/live')"
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", "--blocking-threads", "4", "config.wsgi:application"]
