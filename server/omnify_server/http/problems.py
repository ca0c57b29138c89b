"""Errors as HTTP: one shape for all of them, with the request's id to quote."""

from __future__ import annotations

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from omnify_core.errors import BadInput, OmnifyError, Retry
from omnify_core.ids import new_id
from omnify_server.views import Problem

_log = logging.getLogger("omnify.http")


def install_problems(app: FastAPI) -> None:
    app.add_exception_handler(OmnifyError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def problem(request: Request, status: int, *, code: str, message: str, retry: str) -> JSONResponse:
    body = Problem(code=code, message=message, retry=retry, request_id=request_id(request))
    return JSONResponse(body.model_dump(), status_code=status, headers={"X-Request-Id": body.request_id})


def request_id(request: Request) -> str:
    """The same one for every line about this request."""
    if not hasattr(request.state, "request_id"):
        request.state.request_id = new_id("req")
    return str(request.state.request_id)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OmnifyError)
    return problem(request, error.http_status, code=error.code, message=str(error), retry=error.retry.value)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:]) or "the request body"
    message = f"{field}: {first['msg']}"
    return problem(request, 422, code=BadInput.code, message=message, retry=Retry.CHANGED.value)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return problem(
        request, error.status_code, code="http", message=str(error.detail), retry=Retry.NEVER.value
    )


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    _log.error("request %s failed", request_id(request), exc_info=error)
    message = "something broke on our side; nothing more was changed. Quote the request id."
    return problem(request, 500, code="internal", message=message, retry=Retry.LATER.value)
