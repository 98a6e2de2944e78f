"""What the preview forgets, so that it stays fast."""

from bot.client.preview import MAX_MESSAGES, forget_old_messages
from tests.e2e.conftest import ServerRig


async def test_old_messages_go_and_the_welcome_stays(server: ServerRig) -> None:
    sent = [(await server.ask("show", number=12)).id for _ in range(MAX_MESSAGES + 3)]
    forget_old_messages(server.env, server.channel.id, sent[0])
    left = sorted(message.id for message in server.channel.history())
    assert left == [sent[0], *sent[-MAX_MESSAGES:]]
