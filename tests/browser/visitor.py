"""A visitor without a browser: opens the stream as the page's own script does, asks, and hears all that comes back."""

from __future__ import annotations

import contextlib

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect


class Visitor:
    """One open page of one visit; see `visiting`."""

    def __init__(self, stream) -> None:
        self._stream, self._field = stream, ""

    async def look(self) -> bytes:
        """What the page shows at first."""
        wish = BackMsg()
        wish.rerun_script.query_string = ""
        return await self._heard(wish)

    async def ask(self, question: str) -> bytes:
        """What the page shows after a question."""
        wish = BackMsg()
        sent = wish.rerun_script.widget_states.widgets.add()
        sent.id, sent.chat_input_value.data = self._field, question
        return await self._heard(wish)

    async def _heard(self, wish: BackMsg) -> bytes:
        await self._stream.send(wish.SerializeToString())
        heard = []
        while True:
            heard.append(await self._stream.recv())
            message = ForwardMsg.FromString(heard[-1])
            if message.delta.new_element.WhichOneof("type") == "chat_input":
                self._field = message.delta.new_element.chat_input.id
            if message.WhichOneof("type") == "script_finished":
                return b"".join(heard)


@contextlib.asynccontextmanager
async def visiting(page):
    """A new visit to a running page (`conftest.RunningPage`), with the page open."""
    cookie = {"Cookie": page.new_visit()}
    address = f"ws://127.0.0.1:{page.port}/_stcore/stream"
    async with connect(
        address, origin=page.url, additional_headers=cookie, subprotocols=["streamlit"], max_size=None
    ) as stream:
        visitor = Visitor(stream)
        await visitor.look()
        yield visitor
