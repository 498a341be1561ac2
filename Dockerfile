# A small image with the model in it: docker build -t biasdetect . && docker run --rm -p 127.0.0.1:8000:8000 biasdetect
# python:3.11-slim; the digest is of the index of all architectures. To renew it: docker buildx imagetools inspect python:3.11-slim
ARG BASE=python:3.11-slim@sha256:9c900dea9e8fb7e16277c179b555cc72d29a352dbc33cff48ad5a0412fd5bfc7

# what others wrote: made anew where pyproject.toml or constraints.txt changed, and nowhere else
FROM ${BASE} AS dependencies
WORKDIR /source
COPY pyproject.toml constraints.txt ./
# an environment of its own, so that pip, wheels and the source stay behind
RUN python -c "import tomllib; project = tomllib.load(open('pyproject.toml', 'rb'))['project']; print(*project['dependencies'], *project['optional-dependencies']['serve'], *project['optional-dependencies']['formats'], sep='\n')" > requirements.txt \
    && python -m venv --without-pip /opt/biasdetect \
    && pip --python /opt/biasdetect/bin/python install --no-cache-dir -c constraints.txt -r requirements.txt

FROM dependencies AS package
COPY . .
RUN pip --python /opt/biasdetect/bin/python install --no-cache-dir --no-deps --target /opt/package .

FROM ${BASE}
COPY --from=dependencies /opt/biasdetect /opt/biasdetect
COPY --from=package /opt/package /opt/package
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin biasdetect
USER 10001
ENV PATH=/opt/biasdetect/bin:$PATH PYTHONPATH=/opt/package PYTHONUNBUFFERED=1
EXPOSE 8000
# asks at the port that the server was started with, whichever that is
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-m", "biasdetect.serve.health"]
STOPSIGNAL SIGTERM
# it answers to names of this machine alone; append --allow-host NAME where it stands behind another
ENTRYPOINT ["python", "-m", "biasdetect", "serve", "--host", "0.0.0.0", "--allow-host", "localhost"]
