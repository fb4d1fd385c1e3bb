# syntax=docker/dockerfile:1
# The chat for several people: see "Docker" in docs/operations.md. Nothing is fetched when it runs.
FROM python:3.11-slim AS build
# PyTorch for processors alone; the default one brings 5 GB for graphics cards.
ARG TORCH_INDEX=https://download.pytorch.org/whl/cpu
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/spanqa
WORKDIR /build
COPY constraints.txt ./
RUN /opt/spanqa/bin/pip install --constraint constraints.txt --index-url "$TORCH_INDEX" torch
COPY pyproject.toml README.md app.py ./
COPY corpus corpus
COPY index index
COPY prompts prompts
COPY qa qa
RUN /opt/spanqa/bin/pip install --constraint constraints.txt '.[fetch,mcp,metrics,models,tracing]'

FROM python:3.11-slim
RUN groupadd --system --gid 10001 spanqa \
    && useradd --system --uid 10001 --gid spanqa --home-dir /data --shell /usr/sbin/nologin spanqa \
    && install -d -o spanqa -g spanqa -m 0700 /data
COPY --from=build /opt/spanqa /opt/spanqa
# All that is written lies in /data: index, users, conversations, uploads, temporary files. The rest may be
# mounted read-only.
ENV PATH=/opt/spanqa/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/data \
    QA_INDEX=/data/index \
    QA_SERVE__HOST=0.0.0.0 \
    QA_SERVE__LOGIN=true
WORKDIR /data
VOLUME /data
USER 10001:10001
EXPOSE 7860
STOPSIGNAL SIGINT
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:7860/readyz', timeout=8)"]
ENTRYPOINT ["qa"]
CMD ["serve"]
