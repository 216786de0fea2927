"""The endpoints that the launch hangs on: do they answer, and a first record of how fast."""

from __future__ import annotations

from statistics import median

from checks.check import check
from checks.failure import FailureKind
from checks.model import Cause, Change, Evidence, Result, Severity, could_not_check, failed, partial, passed
from checks.performance.samples import SAMPLES, Sample, Samples, samples
from checks.target import Endpoint, EndpointKind, safe_endpoints

SLOW_MS = 1000.0
_UNDERSTOOD = {
    401: "asks for a login: it answers, and what lies behind was not looked at",
    403: "refuses access without a login: it answers, and what lies behind was not looked at",
    405: "takes no plain GET: it answers, and what it does was not looked at",
}
_OPEN = frozenset({EndpointKind.LANDING, EndpointKind.SIGNUP, EndpointKind.LOGIN})
"""Pages for people who have no login yet: there a refusal is what stops them."""
_ORIGIN = range(520, 528)
"""Statuses of Cloudflare for "the server behind me does not answer"."""


def _line(sample: Sample) -> str:
    if sample.failure is not None:
        return sample.failure.sentence
    extra = f", connection {sample.connection_ms:.0f} ms" if sample.connection_ms >= 1 else ""
    return f"HTTP {sample.status}, first byte after {sample.first_byte_ms:.0f} ms{extra}"


def _evidence(found: Samples) -> list[Evidence]:
    if found.broken:
        return [Evidence(found.broken, where=found.url, expected="a page")]
    expected = "an answer that is no error"
    return [Evidence(_line(sample), where=found.measured, expected=expected) for sample in found.samples]


def _what_is_wrong(sample: Sample) -> str:
    if sample.failure is not None:
        late = sample.failure.kind in (FailureKind.TIMED_OUT, FailureKind.SLOW)
        return "gives no answer in time" if late else f"does not open: {sample.failure.sentence}"
    if sample.status in (404, 410):
        return f"is not there (HTTP {sample.status})"
    if sample.status is not None and sample.status in _ORIGIN:
        return f"fails: Cloudflare gets no answer from your server (HTTP {sample.status})"
    return f"fails with a server error (HTTP {sample.status})"


def _where(sample: Sample | None) -> str:
    if sample is None:
        return "the redirect rules of this address"
    if sample.status in (404, 410):
        return "the routes of your app, or the address as you named it here"
    return (
        "the logs of your app at this minute (Vercel, Netlify, Render, Fly and Railway show them under Logs)"
    )


@check(
    "performance.endpoint-answers", item="S1.5", severity=Severity.HIGH, each=safe_endpoints, needs=samples
)
def endpoint_answers(endpoint: Endpoint, found: Samples) -> Result:
    """Fails when no request gets a usable answer, partial when some do not. A demand for a login is an answer, but not
    on a page that comes before the login."""
    seen = _evidence(found)
    want = f"{endpoint.url} answers every time"
    if found.broken:
        return failed(
            f"{endpoint.url} {found.broken}", *seen, change=Change(found.broken, want, _where(None))
        )
    bad = [sample for sample in found.samples if not sample.answered]
    if bad:
        wrong = _what_is_wrong(bad[0])
        change = Change(wrong, want, _where(bad[0]))
        if not found.good:
            return failed(f"{endpoint.url} {wrong}", *seen, change=change)
        times = f"{len(bad)} of {len(found.samples)} times"
        return partial(f"{endpoint.url} {wrong}, {times}", *seen, change=change)
    status = found.samples[-1].status or 0
    led = f" (it leads to {found.measured})" if found.measured != found.url else ""
    if status in _UNDERSTOOD and endpoint.kind not in _OPEN:
        return passed(f"{endpoint.url} {_UNDERSTOOD[status]}{led}", *seen)
    if status >= 400:
        told = f"{endpoint.url} answers with HTTP {status}: not an error of the server, but hardly what a visitor wants"
        change = Change(f"HTTP {status}", want, "the routes of your app, or the address as you named it here")
        return partial(told + led, *seen, change=change)
    return passed(f"{endpoint.url} answers{led}", *seen)


def _nothing_to_record(found: Samples) -> Cause:
    return Cause(
        "no-answer-to-time",
        f"{found.url} gave no usable answer, so there is no time to record",
        "Mend it first (see performance.endpoint-answers), then check again.",
    )


LATER = "whether 95 of 100 requests stay under 300 ms is only known after the load run of stage 4"


@check("performance.baseline", item="S1.5", severity=Severity.HIGH, each=safe_endpoints, needs=samples)
def baseline(endpoint: Endpoint, found: Samples) -> Result:
    """Records the first byte of three requests. Partial when the fastest is over a second or some gave no answer."""
    if not found.good:
        return could_not_check(_nothing_to_record(found))
    times = [sample.first_byte_ms for sample in found.good]
    cost = max(sample.connection_ms for sample in found.samples)
    spread = f"median {median(times):.0f} ms, {min(times):.0f} to {max(times):.0f} ms"
    first_visit = f"; a first visit adds {cost:.0f} ms to connect" if cost >= 1 else ""
    expected = f"first byte under {SLOW_MS:.0f} ms"
    summary = Evidence(
        f"first byte: {spread}, {len(times)} samples{first_visit}", where=found.measured, expected=expected
    )
    each = [Evidence(_line(sample), where=found.measured) for sample in found.samples]
    if len(found.samples) > len(times) or len(times) < SAMPLES:
        told = f"Only {len(times)} of {SAMPLES} requests to {endpoint.url} gave a time to record: {spread}"
        return partial(told, summary, *each)
    if min(times) > SLOW_MS:
        change = Change(
            have=f"first byte after {min(times):.0f} ms at best",
            want="under 300 ms for nearly all visitors, under 1 s for everybody",
            where="what this page does before it answers: a server that sleeps, queries, calls to other services",
        )
        told = f"{endpoint.url} takes {min(times) / 1000:.1f} s to start answering, even at its fastest"
        return partial(told, summary, *each, change=change)
    return passed(f"Recorded for {endpoint.url}: {spread}{first_visit}; {LATER}", summary, *each)
