"""Play *Guess the work*: start rounds, and answer their buttons."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

import discord

from bot.components.custom_ids import Action, ExampleRequest
from bot.components.guess_ids import GuessAction, GuessRequest
from bot.conversation.guess_board import GuessBoard, Riddle, new_round_id
from bot.conversation.guess_delivery import DELIVERY_ERRORS, is_refusal, post_card
from bot.conversation.help import is_bot_member
from bot.conversation.requests import Question, resolve_request
from bot.conversation.sender import can_send_messages, note_language, send_notice
from bot.conversation.services import Services
from bot.guessing.judge import Verdict
from bot.interactions.response import Interaction, Stage
from bot.language import speaking
from bot.model.preferences import AnswerPolicy
from bot.render.guess_cards import guess_modal, scores_card
from bot.render.markdown import LISTED_LENGTH, NO_TEXT, Markdown, fit_name
from bot.render.texts import examples as example_texts
from bot.render.texts import guessing as texts
from bot.render.texts import settings as setting_texts
from bot.state.guesses import MAX_GUESSES, ROUND_TIME, GuessRound, Outcome, Phase, Player, month_of, to_timestamp

DELIVERY_TIME = timedelta(seconds=10)
NEW_MESSAGES = (GuessAction.NEXT, GuessAction.SHOW, GuessAction.SCORES)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Game:
    """What a member wants to play: the next of some rounds. `standings` are those of the earlier ones."""

    trope_ref: str
    medium: str
    number: int
    count: int
    standings: str = ""


class GuessRounds:
    """Start rounds, and answer what members press in them."""

    def __init__(self, services: Services) -> None:
        self._services, self._store = services, services.guesses
        self._board = GuessBoard(services)

    async def start(self, interaction: Interaction, game: Game) -> None:
        """Post a round in the channel, if the member may write and play there."""
        policy = await self._services.sender.policy_for(interaction, private=False)
        interaction.response.expected_private = True  # the card is posted; only the member reads this answer
        if problem := await self._refusal(interaction, policy):
            await send_notice(interaction, problem)
            return
        resolved = await resolve_request(
            self._services.corpus, ExampleRequest(Action.RANDOM, game.trope_ref, game.medium), policy, None, None
        )
        if isinstance(resolved, Question):
            await send_notice(interaction, resolved.text)
            return
        channel_id = interaction.channel_id or 0
        riddle = await self._board.draw(channel_id, resolved)
        if riddle is None:
            await send_notice(interaction, texts.NOTHING_TO_GUESS())
            return
        game = replace(game, medium=resolved.request.medium)
        await note_language(self._services.preferences, interaction)
        await self._post(interaction, _new_round(interaction, game, riddle), riddle)

    async def _refusal(self, interaction: Interaction, policy: AnswerPolicy) -> Markdown | None:
        """Return why no round can start here, or None."""
        if interaction.guild_id is None:
            return setting_texts.NO_SERVER()
        if not is_bot_member(interaction):
            return setting_texts.NOT_A_MEMBER()
        if not can_send_messages(interaction, interaction.permissions):
            return texts.CANNOT_POST()
        mine = interaction.app_permissions
        if not (mine.view_channel and can_send_messages(interaction, mine)):
            return texts.I_CANNOT_POST()
        settings = await self._services.preferences.guild_settings(interaction.guild_id)
        channels = {interaction.channel_id, getattr(interaction.channel, "parent_id", None)}
        closed = bool(settings.game_channels) and settings.game_channels.isdisjoint(channels - {None})
        if not settings.games or closed or not policy.shareable:
            return texts.SWITCHED_OFF()
        running = await self._store.in_channel(interaction.channel_id or 0)
        return texts.RUNNING() if running and running.phase != Phase.CLOSED else None

    async def _post(self, interaction: Interaction, new: GuessRound, riddle: Riddle) -> None:
        """Claim the channel, and send the card. If that may have arrived, the background task finds out."""
        if not await self._store.start(new):
            await send_notice(interaction, texts.RUNNING())
            return
        try:
            message_id = await post_card(self._services, new, await self._board.round_card(new, riddle))
        except DELIVERY_ERRORS as error:
            if is_refusal(error):
                await self._store.abandon(new.round_id)
                await send_notice(interaction, texts.I_CANNOT_POST())
                return
            log.warning("Round in channel %d: delivery unknown (%s).", new.channel_id, type(error).__name__)
        else:
            await self._store.opened(new.round_id, message_id)
        if interaction.message is None:
            await send_notice(interaction, texts.started(new.round_number, new.round_count))
        else:
            await interaction.response.defer()

    # --- buttons

    async def handle(self, interaction: Interaction, request: GuessRequest | None, typed: str) -> None:
        """Answer a button of a card, or its form."""
        limiter, user_id = self._services.rate_limiter, interaction.user.id
        if request is None:
            await send_notice(interaction, example_texts.OUTDATED_BUTTON())
        elif request.action in NEW_MESSAGES and (retry_after := limiter.acquire(user_id)):
            await send_notice(interaction, example_texts.slow_down(retry_after))
        elif request.action is GuessAction.SCORES:
            await self.show_scores(interaction)
        elif request.action is GuessAction.SHOW:
            await self._show_example(interaction, request.value)
        else:
            await self._play(interaction, request, typed)

    async def _play(self, interaction: Interaction, request: GuessRequest, typed: str) -> None:
        played = await self._store.find(request.value)
        if played is None or played.channel_id != interaction.channel_id:
            await send_notice(interaction, texts.GAME_OVER())
        elif request.action is GuessAction.NEXT:
            await self._play_on(interaction, played)
        elif not await self._is_running(interaction, played):
            await send_notice(interaction, texts.ROUND_OVER())
        elif request.action is GuessAction.HINT:
            await self._hint(interaction, played)
        elif request.action is GuessAction.GIVE_UP:
            await self._give_up(interaction, played)
        elif interaction.type is discord.InteractionType.component:
            await self._open_form(interaction, played)
        else:
            await self._guess(interaction, played, typed)

    async def _is_running(self, interaction: Interaction, played: GuessRound) -> bool:
        """Return whether a press came in time. A card that was pressed is on the channel, so its round is open."""
        if played.phase == Phase.STARTING and interaction.message:
            await self._store.opened(played.round_id, interaction.message.id)
        elif played.phase not in (Phase.OPEN, Phase.WON):
            return False
        return interaction.created_at.timestamp() < played.ends_at

    async def _play_on(self, interaction: Interaction, played: GuessRound) -> None:
        number, standings = (1, "") if played.is_last else (played.round_number + 1, played.standings_now)
        game = Game(played.trope_ref, played.medium_slug, number, played.round_count, standings)
        await self.start(interaction, game)

    async def _open_form(self, interaction: Interaction, played: GuessRound) -> None:
        player = await self._store.player(played.round_id, interaction.user.id)
        if reason := _out(player):
            await send_notice(interaction, reason)
        else:
            await interaction.response.send_modal(guess_modal(played.round_id))

    async def _guess(self, interaction: Interaction, played: GuessRound, typed: str) -> None:
        """Judge a guess, and say so: on the card if it won, else privately."""
        riddle, user_id, guess_id = await self._board.load(played), interaction.user.id, interaction.id
        if riddle is None:
            await self._end(interaction, played, Outcome.GONE)
            return
        verdict = await self._board.judge(riddle, typed)
        player = await self._store.player(played.round_id, user_id)
        if (reason := _out(player)) and not _has_counted(player, guess_id):
            await send_notice(interaction, reason)
            return
        if verdict is Verdict.CLOSE:
            await send_notice(interaction, texts.CLOSE())
            return
        is_right, now = verdict is Verdict.RIGHT, discord.utils.utcnow()
        await self._store.guess(played.round_id, user_id, guess_id, now, is_right=is_right)
        if is_right:
            await self._store.settle(played.round_id, now)
            await self._announce(interaction, played)
            return
        player = await self._store.player(played.round_id, user_id)
        await send_notice(interaction, texts.wrong(max(MAX_GUESSES - player.guess_count, 0)))

    async def _announce(self, interaction: Interaction, played: GuessRound) -> None:
        """Show who won: on the card if the member did."""
        ended = await self._store.find(played.round_id)
        if ended is None or ended.outcome != Outcome.WON:
            await send_notice(interaction, texts.ROUND_OVER())
        elif ended.winner_guess_id == interaction.id:
            name = texts.name(fit_name(interaction.user.display_name, LISTED_LENGTH))
            await self._show_end(interaction, ended, name)
        else:
            await send_notice(interaction, texts.too_late(texts.mention(ended.winner_id)))

    async def _hint(self, interaction: Interaction, played: GuessRound) -> None:
        riddle = await self._board.load(played)
        if riddle is None:
            await self._end(interaction, played, Outcome.GONE)
            return
        wanted = played.hint_count + 1
        if len(await self._board.hints(played, riddle, wanted)) < wanted:
            await send_notice(interaction, texts.NO_MORE_HINTS())
        elif not await self._store.add_hint(played):
            await send_notice(interaction, texts.HINT_TAKEN())
        else:
            card = await self._board.round_card(replace(played, hint_count=wanted), riddle)
            await interaction.response.edit_message(view=card)

    async def _give_up(self, interaction: Interaction, played: GuessRound) -> None:
        if interaction.user.id == played.starter_id:
            await self._end(interaction, played, Outcome.GIVEN_UP)
        else:
            await self._store.give_up(played.round_id, interaction.user.id)
            await send_notice(interaction, texts.GAVE_UP())

    async def _end(self, interaction: Interaction, played: GuessRound, outcome: Outcome) -> None:
        if not await self._store.end(played.round_id, outcome, discord.utils.utcnow()):
            await send_notice(interaction, texts.ROUND_OVER())
        elif ended := await self._store.find(played.round_id):
            await self._show_end(interaction, ended)

    async def _show_end(self, interaction: Interaction, ended: GuessRound, winner: Markdown = NO_TEXT) -> None:
        """Show the end on the card. What Discord does not confirm, the background task repeats."""
        await interaction.response.edit_message(view=await self._board.ended_card(ended, winner))
        if interaction.response.stage is Stage.ANSWERED:
            await self._store.close(ended.round_id, discord.utils.utcnow())

    async def _show_example(self, interaction: Interaction, example_ref: str) -> None:
        """Answer with the ordinary card, under the server's policy."""
        services = self._services
        policy = await services.sender.policy_for(interaction)
        request = ExampleRequest(Action.EXAMPLE, example_ref.partition("/")[0], example_ref=example_ref)
        await services.sender.send(interaction, await services.answers.answer(request, policy), policy)

    async def show_scores(self, interaction: Interaction) -> None:
        """Show the best scores of the server, by mention without a ping."""
        policy = await self._services.sender.policy_for(interaction)
        if interaction.guild_id is None or not is_bot_member(interaction):
            await send_notice(
                interaction, setting_texts.NOT_A_MEMBER() if interaction.guild_id else setting_texts.NO_SERVER()
            )
            return
        month = await self._store.scores(interaction.guild_id, month_of(discord.utils.utcnow()))
        all_time = await self._store.scores(interaction.guild_id)
        rows = [[(score.user_id, score.points, score.wins) for score in scores] for scores in (month, all_time)]
        with speaking(policy.language):
            card = scores_card(*rows)
        await interaction.response.send_message(view=card, ephemeral=policy.private)


def _new_round(interaction: Interaction, game: Game, riddle: Riddle) -> GuessRound:
    now, entry = discord.utils.utcnow(), riddle.entry
    return GuessRound(
        channel_id=interaction.channel_id or 0,
        guild_id=interaction.guild_id or 0,
        round_id=new_round_id(),
        phase=Phase.STARTING,
        due_at=to_timestamp(now + DELIVERY_TIME),
        ends_at=to_timestamp(now + ROUND_TIME),
        message_id=0,
        starter_id=interaction.user.id,
        trope_ref=game.trope_ref,
        medium_slug=game.medium,
        round_number=game.number,
        round_count=game.count,
        example_ref=entry.ref,
        example_key=entry.example.key,
        standings=game.standings,
    )


def _out(player: Player) -> Markdown | None:
    """Return why a member cannot guess any more, or None."""
    if player.gave_up:
        return texts.OUT_OF_ROUND()
    return texts.NO_GUESSES_LEFT() if player.guess_count >= MAX_GUESSES else None


def _has_counted(player: Player, guess_id: int) -> bool:
    return f" {guess_id} " in player.guess_ids
