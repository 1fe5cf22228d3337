# syntax=docker/dockerfile:1
# The tag fixes Python's minor version and Debian's release. To pin the exact image, add the digest your registry
# shows for it (FROM python:3.13-slim-bookworm@sha256:…); there is none here because it couldn't be verified.
ARG BASE=python:3.13-slim-bookworm

FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/mixtape
COPY requirements/run.txt /tmp/run.txt
RUN /opt/mixtape/bin/pip install --quiet --require-hashes --only-binary :all: -r /tmp/run.txt \
    && /opt/mixtape/bin/pip uninstall --quiet --yes pip
WORKDIR /app
COPY bot bot
COPY cogs cogs
COPY locales locales
# The root file system is read-only later, so compile to bytecode now.
RUN /opt/mixtape/bin/python -m compileall -q /app /opt/mixtape/lib

FROM ${BASE}
# A fixed ID, so that a mounted folder's owner can be set to it.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mixtape \
    && install -d -m 0700 -o mixtape -g mixtape /data
COPY --from=build /opt/mixtape /opt/mixtape
COPY --from=build /app /app
COPY LICENSE /app/
ENV PATH=/opt/mixtape/bin:$PATH PYTHONDONTWRITEBYTECODE=1 DATA_DIR=/data WEB_HOST=0.0.0.0 WEB_PORT=8080
WORKDIR /app
USER 10001:10001
VOLUME /data
EXPOSE 8080
# Checks our own process only: a bot that is waiting for Discord or Spotify is healthy, and a restart wouldn't help.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import http.client, os; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['WEB_PORT']), timeout=3); c.request('GET', '/healthz'); raise SystemExit(c.getresponse().status != 200)"]
CMD ["python", "-m", "bot"]
