# Saleor with the plugin installed; Saleor finds it by its entry point.
ARG SALEOR_VERSION=3.23
FROM ghcr.io/saleor/saleor:${SALEOR_VERSION}
COPY . /tmp/distribution
# The constraint keeps every package that Saleor brought as it was.
RUN pip freeze --exclude-editable > /tmp/constraints.txt \
    && pip install --no-cache-dir --disable-pip-version-check --constraint /tmp/constraints.txt /tmp/distribution \
    && rm -rf /tmp/distribution /tmp/constraints.txt
COPY --chmod=755 docker/entrypoint docker/initialise-saleor /usr/local/bin/
ENTRYPOINT ["/usr/local/bin/entrypoint"]
CMD ["uvicorn", "saleor.asgi:application", "--host=0.0.0.0", "--port=8000", "--workers=2", "--lifespan=auto"]
