# Assay for a container: web server, and worker by another command. PostgreSQL and the broker are elsewhere
# (DATABASE_URL, REDIS_URL); without those two it runs its own, with everything in /data.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /assay

COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY . .
ENV ASSAY_DATA=/data STATIC_ROOT=/assay/collected
RUN SECRET_KEY=only-for-building python manage.py collectstatic --no-input -v0 \
    && useradd --create-home --uid 10001 assay \
    && install --directory --owner assay --group assay --mode 700 /data

USER assay
VOLUME /data
EXPOSE 6900
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:6900/healthz', timeout=4)"]
CMD ["python", "manage.py", "serve", "--host", "0.0.0.0", "--port", "6900"]
