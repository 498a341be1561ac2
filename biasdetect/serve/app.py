"""The FastAPI application: routes, middleware, error handlers and static files."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from biasdetect.detector import Detector
from biasdetect.errors import BiasDetectError
from biasdetect.reading.formats import FORMATS, REFUSED, TEXT_FORMATS
from biasdetect.report import vocabulary
from biasdetect.results import OwnCategory
from biasdetect.serve.answers import ClientDisconnectedError, RequestError, error_answer
from biasdetect.serve.editing import editing_routes
from biasdetect.serve.guard import Guard
from biasdetect.serve.limits import BodyLimit
from biasdetect.serve.metrics import Metrics
from biasdetect.serve.pool import ScoringPool
from biasdetect.serve.routes import review_routes, scoring_routes
from biasdetect.serve.settings import ServerSettings
from biasdetect.version import __version__

_PAGE = Path(__file__).parent / "static"
_SWAGGER = ("swagger-ui-bundle.js", "swagger-ui.css")


def create_app(detector: Detector, settings: ServerSettings | None = None) -> FastAPI:
    """The application for one model.

    Args:
        detector: that scores; threads share it.
        settings: limits, and who may use the server; by default this machine alone.
    """
    settings = settings or ServerSettings()
    metrics = Metrics()
    pool = ScoringPool(settings.workers, settings.queue, metrics)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        pool.assist(lambda: _warm_up(detector))
        yield
        pool.close()

    app = FastAPI(
        title="biasdetect",
        description="Finds editorializing in news prose: phrases with exact offsets and calibrated scores.",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        # spans and logs of a tracer would carry what is wrong with a text, and go to another machine
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    routers = (
        scoring_routes(detector, settings, pool, metrics),
        review_routes(detector, pool, metrics),
        editing_routes(detector, settings, pool, metrics),
        _about(detector, settings, metrics),
        _pages(detector.folder.config.own),
    )
    for router in routers:
        app.include_router(router)
    app.add_exception_handler(RequestError, _request_error)
    app.add_exception_handler(BiasDetectError, _unreadable)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ClientDisconnectedError, _nobody)
    # the last one is the outermost
    app.add_middleware(BodyLimit, settings=settings, metrics=metrics)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type"],
            expose_headers=["Retry-After"],
        )
    paths = {getattr(route, "path", "") for part in (app, *routers) for route in part.routes}
    app.add_middleware(Guard, settings=settings, metrics=metrics, paths=paths)
    return app


def _warm_up(detector: Detector) -> None:
    """Have the first reader not wait for what is read where a phrase is first flagged."""
    detector.score("The balding mayor left.")


def _about(detector: Detector, settings: ServerSettings, metrics: Metrics) -> APIRouter:
    router = APIRouter(tags=["server"])

    @router.get("/v1/models")
    async def models() -> dict[str, list[dict[str, Any]]]:
        """The model that scores here, its categories, and what a request may hold."""
        config = detector.folder.config
        model = {
            "name": config.name,
            "fingerprint": detector.folder.fingerprint,
            "language": config.language,
            "threshold": config.threshold,
            "categories": [
                {"name": name, "title": known.shown if known else name, "definition": known.definition if known else ""}
                for name in config.categories
                for known in [config.table.get(name)]
            ],
            "max_body": settings.max_body,
            "max_articles": settings.max_documents,
            "fetches": settings.fetch,
        }
        return {"models": [model]}

    @router.get("/health")
    async def health() -> dict[str, str]:
        """Whether the server is up, and with which model."""
        return {"status": "ok", "model": detector.folder.label, "version": __version__}

    @router.get("/metrics", response_class=Response)
    async def figures() -> Response:
        """Requests, times, the queue and sentences, for Prometheus."""
        return Response(generate_latest(metrics.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return router


def _pages(own: tuple[OwnCategory, ...]) -> APIRouter:
    """The page and what belongs to it, and the documentation with the Swagger UI that travels in fastapi-offline."""
    router = APIRouter(include_in_schema=False)
    swagger = Path(str(files("fastapi_offline"))) / "static"
    served = {f"/{path.name}": path for path in _PAGE.iterdir() if path.suffix != ".html"}
    served |= {"/": _PAGE / "index.html", "/docs": _PAGE / "docs.html"}
    served |= {f"/{name}": swagger / name for name in _SWAGGER}
    for address, path in served.items():
        router.add_api_route(address, _file(path), methods=["GET", "HEAD"], response_class=FileResponse)
    made = {
        "/vocabulary.css": (vocabulary.style(own), "text/css"),
        "/vocabulary.js": (vocabulary.script(), "text/javascript"),
        "/formats.js": (_formats(), "text/javascript"),
    }
    for address, (content, media_type) in made.items():
        router.add_api_route(address, _made(content, media_type), methods=["GET", "HEAD"], response_class=Response)
    return router


def _formats() -> str:
    """A JavaScript module: the formats that are read, which of them may be pasted, and the suffixes of files that may not."""
    tables = {
        "FORMATS": [
            {
                "name": form,
                "title": known.title,
                "suffixes": known.suffixes,
                "media_types": known.media_types,
                "text": form in TEXT_FORMATS,
            }
            for form, known in FORMATS.items()
        ],
        "OTHER_SUFFIXES": {suffix: f"{what}. {advice}" for suffix, (what, advice) in REFUSED.items()},
    }
    return "".join(f"export const {name} = {json.dumps(value)};\n" for name, value in tables.items())


def _file(path: Path) -> Callable[[], Any]:
    async def serve() -> FileResponse:
        # asked for anew each time, so that page and server are always of one version
        return FileResponse(path, headers={"Cache-Control": "no-cache"})

    return serve


def _made(content: str, media_type: str) -> Callable[[], Any]:
    async def serve() -> Response:
        return Response(content, media_type=media_type, headers={"Cache-Control": "no-cache"})

    return serve


async def _request_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError)
    return error_answer(error)


async def _unreadable(_: Request, error: Exception) -> Response:
    return error_answer(RequestError(422, "unreadable", str(error)))


async def _invalid(request: Request, error: Exception) -> Response:
    """What is wrong and where, without what was sent: that may be an article."""
    assert isinstance(error, RequestValidationError)
    if "json" not in request.headers.get("content-type", ""):
        return error_answer(
            RequestError(422, "invalid", "Send JSON, with the header Content-Type: application/json. See /docs.")
        )
    problems = [f"{'.'.join(map(str, found['loc'][1:])) or 'body'}: {found['msg']}" for found in error.errors()[:10]]
    return error_answer(RequestError(422, "invalid", f"{'; '.join(problems)}. See /docs."))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    messages = {
        400: "The request's JSON cannot be read. Check how it is nested and encoded.",
        404: "There is nothing at this address. See /docs.",
        405: "This address does not take that method. See /docs.",
    }
    message = messages.get(error.status_code, "The request cannot be answered. See /docs.")
    return error_answer(RequestError(error.status_code, "refused", message, dict(error.headers or {})))


async def _nobody(_: Request, __: Exception) -> Response:
    return Response(status_code=499)  # nobody reads it; the log does
