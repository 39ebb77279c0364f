# One service, from the root of the checkout:
#   docker build -f deploy/docker/service.Dockerfile --build-arg SERVICE=incidents -t errand-incidents .
# It holds what that service declares and no more, in the lock's versions and with the lock's hashes.
ARG PYTHON_BASE=python:3.11-slim

FROM ${PYTHON_BASE} AS build
WORKDIR /src
COPY requirements.lock ./
# uv, as locked; not part of what is shipped.
RUN python3 -m venv /opt/uv \
    && awk '/^[^ ]/ { uv = /^uv==/ } uv' requirements.lock > uv.txt \
    && /opt/uv/bin/pip install --no-cache-dir --require-hashes -r uv.txt
ENV UV_CONSTRAINT=requirements.lock UV_BUILD_CONSTRAINT=requirements.lock UV_COMPILE_BYTECODE=1 UV_NO_CACHE=1
RUN python3 -m venv --without-pip /opt/errand
# The slow layer: it changes with the dependencies alone.
COPY libs/common/pyproject.toml libs/common/
RUN /opt/uv/bin/uv pip install --python /opt/errand/bin/python -r libs/common/pyproject.toml
ARG SERVICE
# What the service can do without, as `[openai,anthropic]`.
ARG EXTRAS=""
COPY libs/common libs/common
COPY services/${SERVICE} services/${SERVICE}
RUN /opt/uv/bin/uv pip install --python /opt/errand/bin/python ./libs/common "./services/${SERVICE}${EXTRAS}" \
    && ln -s errand-${SERVICE} /opt/errand/bin/errand

FROM ${PYTHON_BASE}
COPY --from=build /opt/errand /opt/errand
# For a volume, where a service keeps files.
RUN install -d -o 10001 -g 10001 /var/lib/errand
ENV PATH=/opt/errand/bin:$PATH PYTHONUNBUFFERED=1 ERRAND_HOST=0.0.0.0
USER 10001:10001
ENTRYPOINT ["errand"]
CMD ["api"]
