# A small image with the model in it: docker build -t biasdetect . && docker run --rm -p 127.0.0.1:8000:8000 biasdetect
FROM python:3.11-slim AS build
WORKDIR /source
COPY . .
# an environment of its own, so that pip, wheels and the source stay behind
RUN python -m venv /opt/biasdetect \
    && /opt/biasdetect/bin/pip install --no-cache-dir -c constraints.txt ".[serve]" \
    && /opt/biasdetect/bin/pip uninstall --yes pip setuptools

FROM python:3.11-slim
COPY --from=build /opt/biasdetect /opt/biasdetect
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin biasdetect
USER 10001
ENV PATH=/opt/biasdetect/bin:$PATH PYTHONUNBUFFERED=1
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/health', timeout=4)"]
STOPSIGNAL SIGTERM
# it answers to names of this machine alone; append --allow-host NAME where it stands behind another
ENTRYPOINT ["biasdetect", "serve", "--host", "0.0.0.0", "--allow-host", "localhost"]
