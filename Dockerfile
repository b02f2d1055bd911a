# One image for every service and for the command:
#   docker run … IMAGE python -m services intake      one service
#   docker run … IMAGE motcua definitions             the command, without what `motcua up` embeds
# It runs as user 10001 on a read-only root; /tmp is all it writes to. Nothing in it needs a shell.
#
# Where pip needs a mirror or a certificate of yours, hand them to the build, not to the image:
#   docker build --secret id=pip,src=pip.conf --secret id=certificates,src=certificates.pem .
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS libraries
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
COPY requirements/base.txt requirements/dev.txt /build/
# What comes as source is built by the setuptools whose hash is locked, not by one fetched unseen.
# Last goes what only weighs: installers, the libraries' own tests and sources, names of places.
RUN --mount=type=secret,id=pip,target=/etc/pip.conf \
    --mount=type=secret,id=certificates,target=/build/certificates \
    if [ -s /build/certificates ]; then export PIP_CERT=/build/certificates; fi \
    && python3 -m venv /opt/motcua \
    && sed -n '/^setuptools==/,/[^\\]$/p' /build/dev.txt > /build/builder.txt \
    && /opt/motcua/bin/pip install --require-hashes -r /build/builder.txt \
    && /opt/motcua/bin/pip install --require-hashes --no-build-isolation -r /build/base.txt \
    && /opt/motcua/bin/pip uninstall --yes pip setuptools \
    && cd /opt/motcua/lib/python3*/site-packages \
    && rm -r phonenumbers/geodata \
    && find . -type d \( -name tests -o -name SelfTest \) -prune -exec rm -r {} + \
    && find . -type f \( -name '*.pyi' -o -name '*.c' -o -name '*.h' -o -name '*.pyx' \) -delete
RUN printf '#!/opt/motcua/bin/python\nfrom cli.__main__ import main\n\nmain()\n' \
    > /opt/motcua/bin/motcua && chmod 755 /opt/motcua/bin/motcua

FROM libraries AS code
COPY contracts /app/contracts
COPY foundation /app/foundation
COPY services /app/services
COPY cli /app/cli
COPY catalogue-data /app/catalogue-data
# Compiled now, since nothing can be written later; by content, so that dates do not matter.
RUN /opt/motcua/bin/python -m compileall -q --invalidation-mode unchecked-hash /app

FROM ${BASE}
ARG BASE
ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="motcua" \
      org.opencontainers.image.description="An open platform for a one-stop public service centre" \
      org.opencontainers.image.licenses="EUPL-1.2" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${BASE}"
# What WeasyPrint asks for on Debian 12; the letters themselves come with the package font-roboto.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* \
    && install -d -o 10001 -g 10001 /var/lib/motcua \
        /var/lib/motcua/private /var/lib/motcua/public \
        /var/lib/motcua/definitions /var/lib/motcua/uploads /var/lib/motcua/desks \
        /var/lib/motcua/vault /var/lib/motcua/sessions /var/lib/motcua/proxy \
        /var/lib/motcua/webhook-vault
COPY --from=libraries /opt/motcua /opt/motcua
COPY --from=code /app /app
ENV PATH=/opt/motcua/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/tmp \
    LANG=C.UTF-8 \
    HTTP_ADDRESS=0.0.0.0:8000 \
    WATCH_ADDRESS=0.0.0.0:9000 \
    MOTCUA_DATA=/var/lib/motcua/private
WORKDIR /app
USER 10001:10001
EXPOSE 8000 9000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['WATCH_ADDRESS'].rpartition(':')[2] + '/healthz', timeout=4)"]
CMD ["python", "-m", "services"]
