"""Prometheus metrics. Needs the extra `bigrun[metrics]`."""

import logging
import math
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.client.bot import TropeBot
from bot.interactions.record import InteractionRecord, Outcome

CONTENT_TYPE = CONTENT_TYPE_LATEST
# Slow answers are deferred after 1.5 seconds, and Discord gives up after 3.
LATENCY_BUCKETS_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 5.0, 15.0)
ANSWERED_OUTCOMES = (Outcome.ANSWERED, Outcome.DEFERRED)


class Metrics:
    """Count what a bot does, from creation on."""

    def __init__(self, bot: TropeBot) -> None:
        self._bot, self._registry = bot, CollectorRegistry()
        self._interactions = Counter(
            "bigrun_interactions", "Interactions by kind and outcome.", ["kind", "outcome"], registry=self._registry
        )
        self._duration = Histogram(
            "bigrun_interaction_duration_seconds", "Seconds from the arrival of an interaction to its answer.",
            ["kind"], buckets=LATENCY_BUCKETS_SECONDS, registry=self._registry,
        )  # fmt: skip
        self._errors = Counter(
            "bigrun_interaction_errors", "Errors while answering interactions, by type.", ["type"],
            registry=self._registry,
        )  # fmt: skip
        self._examples = Gauge("bigrun_corpus_examples", "Examples in the corpus.", registry=self._registry)
        ProcessCollector(registry=self._registry)
        self._registry.register(BotCollector(bot))
        log_lines = Counter(
            "bigrun_log_lines", "Log lines of level WARNING and above, by level.", ["level"], registry=self._registry
        )
        self.log_counter = LogLineCounter(log_lines)

    def observe(self, record: InteractionRecord) -> None:
        """Count an interaction."""
        self._interactions.labels(record.kind, record.outcome or "not_answered").inc()
        if record.outcome in ANSWERED_OUTCOMES:
            self._duration.labels(record.kind).observe(record.seconds_to_answer)
        if record.error_type:
            self._errors.labels(record.error_type).inc()

    async def render(self) -> bytes:
        """Return all metrics in Prometheus's text format."""
        self._examples.set(self._bot.corpus.example_count if self._bot.is_open else 0)
        return generate_latest(self._registry)


class BotCollector(Collector):
    """Read the bot's numbers at each scrape."""

    def __init__(self, bot: TropeBot) -> None:
        self._bot = bot

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the numbers of shards, guilds and tropes."""
        shards = self._bot.gateway.shards
        latencies = [shard.latency for shard in self._bot.shards.values() if math.isfinite(shard.latency)]
        tropes = self._bot.corpus.trope_count if self._bot.is_open else 0
        for name, description, value in (
            ("bigrun_shards", "Shards of this process.", len(shards)),
            ("bigrun_shards_connected", "Shards with a session.", sum(shard.is_ready for shard in shards)),
            ("bigrun_heartbeat_latency_seconds", "The slowest shard's.", max(latencies, default=math.nan)),
            ("bigrun_guilds", "Servers.", len(self._bot.guilds)),
            ("bigrun_corpus_tropes", "Tropes in the corpus.", tropes),
        ):
            yield GaugeMetricFamily(name, description, value=value)


class LogLineCounter(logging.Handler):
    """Count log lines of level WARNING and above."""

    def __init__(self, counter: Counter) -> None:
        super().__init__(logging.WARNING)
        self._counter = counter

    def emit(self, record: logging.LogRecord) -> None:
        """Count a line."""
        self._counter.labels(record.levelname).inc()
