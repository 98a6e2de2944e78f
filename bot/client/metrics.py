"""What a bot does in numbers, for Prometheus; needs the extra `bigrun[metrics]`."""

import logging
import math
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.client.bot import TropeBot
from bot.corpus.scope import Scope
from bot.interactions.record import Course, Outcome

CONTENT_TYPE = CONTENT_TYPE_LATEST
# Seconds; "thinking" is said after 1.5, and Discord gives up after 3.
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 5.0, 15.0)
_ANSWERED = (Outcome.ANSWERED, Outcome.THOUGHT)


class Metrics:
    """Counts what a bot does, from when it is made."""

    def __init__(self, bot: TropeBot) -> None:
        """Takes the bot."""
        self._bot, self._registry = bot, CollectorRegistry()
        self._interactions = Counter(
            "bigrun_interactions", "Interactions by kind and by what became of them.", ["kind", "outcome"],
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "bigrun_answer_seconds", "Seconds from the arrival of an interaction to its answer.", ["kind"],
            buckets=BUCKETS, registry=self._registry,
        )  # fmt: skip
        self._errors = Counter(
            "bigrun_errors", "Interactions on whose way something went wrong, by type.", ["kind"],
            registry=self._registry,
        )  # fmt: skip
        self._examples = Gauge("bigrun_corpus_examples", "Examples in the corpus.", registry=self._registry)
        ProcessCollector(registry=self._registry)
        self._registry.register(_Bot(bot))
        lines = Counter(
            "bigrun_log_lines", "Lines of the log that are more than information, by level.", ["level"],
            registry=self._registry,
        )  # fmt: skip
        self.lines = _Lines(lines)

    def observe(self, course: Course) -> None:
        """Counts an interaction."""
        outcome = course.outcome or "not answered"
        self._interactions.labels(course.kind, outcome.replace(" ", "_")).inc()
        if course.outcome in _ANSWERED:
            self._seconds.labels(course.kind).observe(course.seconds)
        if course.error:
            self._errors.labels(course.error).inc()

    async def text(self) -> bytes:
        """Returns all numbers as Prometheus reads them."""
        corpus = getattr(self._bot, "corpus", None)
        self._examples.set(await corpus.total(Scope()) if corpus else 0)
        return generate_latest(self._registry)


class _Bot(Collector):
    """Looks at the bot whenever it is asked."""

    def __init__(self, bot: TropeBot) -> None:
        self._bot = bot

    def collect(self) -> Iterator[GaugeMetricFamily]:
        shards = list(self._bot.shards.values())
        latencies = [shard.latency for shard in shards if math.isfinite(shard.latency)]
        corpus = getattr(self._bot, "corpus", None)
        numbers = {
            "bigrun_shards": ("Shards of this process.", len(shards)),
            "bigrun_shards_connected": ("Shards with a session.", sum(not shard.is_closed() for shard in shards)),
            "bigrun_heartbeat_latency_seconds": ("The slowest shard's.", max(latencies, default=math.nan)),
            "bigrun_guilds": ("Servers.", len(self._bot.guilds)),
            "bigrun_corpus_tropes": ("Tropes in the corpus.", len(corpus.tropes) if corpus else 0),
        }
        for name, (meaning, value) in numbers.items():
            yield GaugeMetricFamily(name, meaning, value=value)


class _Lines(logging.Handler):
    """Counts what the log says."""

    def __init__(self, counter: Counter) -> None:
        super().__init__(logging.WARNING)
        self._counter = counter

    def emit(self, record: logging.LogRecord) -> None:
        self._counter.labels(record.levelname).inc()
