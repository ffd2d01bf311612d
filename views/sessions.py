"""Visit → its conversations in Streamlit's memory, and their end; the only module that knows where they are kept."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from views import memory

if TYPE_CHECKING:
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
    from streamlit.runtime import Runtime
    from streamlit.runtime.app_session import AppSession
    from streamlit.runtime.session_manager import SessionInfo

_GRACE_S: Final = 1.1  # a page that comes back within a second finds its conversation again
_REHEARSAL_S: Final = 5.0  # nobody waits longer for it
_TRIM_S: Final = 0.2  # many that end together are tidied up after once


class Sessions:
    """The conversations of all visits; for one thread, the one of the event loop."""

    def __init__(self) -> None:
        """Nothing is waiting to be tidied up."""
        self._tidying: asyncio.TimerHandle | None = None

    def end(self, visit: str) -> None:
        """Forget at once every conversation of a visit, by the name that Streamlit knows it by."""
        runtime = _runtime()
        if runtime is None:
            return
        for session in [*_active(runtime), *(info.session for info in _left(runtime).values())]:
            if session._user_info.get("visit") == visit:
                _forget(runtime, session)
        self._tidy_soon()

    async def forget_left(self) -> None:
        """Forget each conversation whose page has gone and did not come back within a second.

        Streamlit alone would keep the last one until a new one comes.
        """
        runtime = _runtime()
        if runtime is None:
            return
        left = _left(runtime)
        await asyncio.sleep(_GRACE_S)
        now = _left(runtime)
        for name, info in left.items():
            if now.get(name) is info or not (name in now or runtime.is_active_session(name)):  # not taken up again
                _forget(runtime, info.session)
        self._tidy_soon()

    async def rehearse(self) -> None:
        """Show the page once to nobody, before anybody comes, so that what is read at a first time has been read.

        Raises TimeoutError when that takes too long.
        """
        from streamlit.proto.BackMsg_pb2 import BackMsg
        from streamlit.runtime.session_manager import SessionClient

        shown = asyncio.Event()

        class Nobody(SessionClient):
            def write_forward_msg(self, msg: ForwardMsg) -> None:
                if msg.WhichOneof("type") == "script_finished":
                    shown.set()

        runtime = _runtime()
        if runtime is None:
            return
        look = BackMsg()
        look.rerun_script.query_string = ""
        name = runtime.connect_session(Nobody(), {})
        try:
            runtime.handle_backmsg(name, look)
            await asyncio.wait_for(shown.wait(), _REHEARSAL_S)
        finally:
            runtime.close_session(name)

    def _tidy_soon(self) -> None:
        if self._tidying is None:
            self._tidying = asyncio.get_running_loop().call_later(_TRIM_S, self._tidy)

    def _tidy(self) -> None:
        """Give back the memory of what was forgotten."""
        self._tidying = None
        runtime = _runtime()
        memory.give_back(people=bool(runtime and (_active(runtime) or _left(runtime))))


def _runtime() -> Runtime | None:
    from streamlit.runtime import Runtime

    return Runtime.instance() if Runtime.exists() else None


def _active(runtime: Runtime) -> list[AppSession]:
    return [info.session for info in runtime._session_mgr.list_active_sessions()]


def _kept(runtime: Runtime) -> Any:
    """Where the conversations wait whose page has gone."""
    return runtime._session_mgr._session_storage._cache  # type: ignore[attr-defined]  # memory storage


def _left(runtime: Runtime) -> dict[str, SessionInfo]:
    """The conversations whose page has gone, by session id; those too whose time is over but that are still there."""
    return dict(_kept(runtime)._data)


def _forget(runtime: Runtime, session: AppSession) -> None:
    """Shut a conversation down, and empty it: Streamlit's own loop may hold it until the next one."""
    runtime.close_session(session.id)
    _kept(runtime).expire()  # Streamlit does not see one whose time is over, and keeps it
    session.shutdown()
    session.session_state.clear()
    session._browser_queue.clear()
    session._client_state.Clear()
