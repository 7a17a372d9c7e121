"""Whatever a server sends: the functions that read it raise nothing, and what they return can be kept and shown."""

import json
import math
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.replies import RESPONSES, WORDS

from flux2cli.core.job import documents
from flux2cli.core.job.flow import ask_again, follow, submit, upload
from flux2cli.core.job.flow.effects import FlowContext, JobContext, NextEvent, Send, Sleep, UpdateLedger
from flux2cli.core.job.retry import retry_after
from flux2cli.core.request.reference import Reference
from flux2cli.errors import Flux2Error
from flux2cli.providers.amounts import amount_of
from flux2cli.providers.intermediary import explained
from flux2cli.providers.registry import provider_named, routes
from flux2cli.wire import Accepted, HttpFailure, HttpRequest, HttpResponse, PriceQuery, Secret, Target

PROVIDERS = {"fal": "fal-ai/flux-2/flash", "vtrix": "flux-2-flex", "bfl": "flux-2-flex"}
TARGETS = (Target(key=Secret("k")), Target(base="http://127.0.0.1:9/x", key=Secret("k")))
NO_QUERY = PriceQuery(endpoints=(), request=HttpRequest(method="GET", url="https://x.example"), size=(1, 1))
providers = pytest.mark.parametrize("name", PROVIDERS)


def kept(value: Any) -> None:
    """What the ledger and a sidecar hold: JSON in UTF-8, without NaN, no deeper than it can be read again."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, default=dict).encode("utf-8")
    json.loads(text)


@providers
@given(response=RESPONSES, target=st.sampled_from(TARGETS))
def test_no_response_makes_a_reader_raise(name: str, response: HttpResponse, target: Target) -> None:
    provider = provider_named(name)

    accepted = provider.accepted(response, PROVIDERS[name], target)
    status, result = provider.polled(response), provider.outputs(response)
    problem = explained(provider, response, b"{}")
    history = provider.listed(response)
    place = provider.uploaded(response, target) if provider.INFO.uploads else None
    provider.unseen(response)
    provider.too_late(response)
    provider.key_verdict(response)
    named = provider.named_request(response)
    (query, *_) = provider.price_queries([r for r in routes() if r.provider == name], target) or (NO_QUERY,)
    prices = provider.stated_prices(response, query)

    assert problem.message.endswith(".")
    assert "\n" not in problem.message
    assert not (problem.foreign and problem.final)
    if accepted is not None:
        kept([accepted.request_id, dict(accepted.follow), accepted.reported_cost])
        assert accepted.request_id
        assert accepted.reported_cost is None or 0 <= Decimal(accepted.reported_cost) < 10**6
    if result is not None:
        kept(documents.result_document(result))
        assert result.reported_cost is None or 0 <= Decimal(result.reported_cost) < 10**6
    if status is not None and status.problem is not None:
        kept([status.problem.message, status.problem.hint])
    if named is not None:
        kept(provider.lookup(PROVIDERS[name], named))
    if history is not None:
        kept([[entry.request_id, entry.sent_at, entry.body] for entry in history])
    for price in prices or ():
        kept([price.endpoint, price.amount, price.other])
        assert price.endpoint in query.endpoints
        assert price.amount is None or 0 <= Decimal(price.amount) < 10**6
        assert len(price.other) < 150
    if place is not None:
        assert provider.put(place, "image/png", b"x").auth is None
    for follow_up in (accepted.follow if accepted else {},):
        if follow_up:
            for call in (provider.poll(follow_up, target), provider.result(follow_up, target)):
                assert call.auth is None or provider.trusts(call.url, target)


@given(value=st.one_of(st.sampled_from(WORDS), st.floats(), st.integers(), st.text(), st.none(), st.booleans()))
def test_an_amount_is_a_price_that_can_be_or_none(value: object) -> None:
    found = amount_of(value)

    assert found is None or (found.is_finite() and 0 <= found < 10**6)


@given(
    seconds=st.one_of(st.sampled_from(WORDS), st.text(max_size=30)),
    name=st.sampled_from(["retry-after", "retry-after-ms"]),
)
def test_a_wait_is_a_number_from_0_to_a_year_or_none(seconds: str, name: str) -> None:
    found = retry_after({name: seconds}, 1e9)

    assert found is None or (math.isfinite(found) and 0 <= found <= 365 * 86400)


ANSWERS = st.lists(
    st.one_of(
        RESPONSES,
        st.builds(
            HttpFailure,
            kind=st.sampled_from(["connect", "timeout", "broken", "unresolvable"]),
            sent=st.sampled_from(["yes", "no"]),
            message=st.just("gone"),
        ),
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


def driven(steps: Any, answers: list[HttpResponse | HttpFailure]) -> tuple[list[Any], Any]:
    """The effects of a flow and its end. Its requests get these answers in turn, the last one for ever."""
    effects, at, result, number = [], 0.0, None, 0
    try:
        while True:
            effect = steps.send(result)
            effects.append(effect)
            result = None
            at += effect.seconds if isinstance(effect, Sleep) else 0.1
            if isinstance(effect, Send | NextEvent):
                answer = answers[min(number, len(answers) - 1)]
                number += 1
                result = type(answer)(**{**{field: getattr(answer, field) for field in answer.__slots__}, "at": at})
    except StopIteration as end:
        return effects, end.value
    except Flux2Error as error:
        return effects, error


@providers
@given(answers=ANSWERS)
def test_a_submit_ends_in_a_known_state_and_is_only_repeated_after_what_cannot_have_arrived(
    name: str, answers: list[HttpResponse | HttpFailure]
) -> None:
    provider = provider_named(name)
    context = JobContext(
        provider=provider, target=TARGETS[1], job_id="abcd2345", endpoint=PROVIDERS[name], timeout=60.0, jitter=0.5
    )
    call = HttpRequest(method="POST", url="http://127.0.0.1:9/x", body=b"{}")

    effects, end = driven(submit(context, call), answers)
    states = [
        effect.changes["state"] for effect in effects if isinstance(effect, UpdateLedger) and "state" in effect.changes
    ]
    sends = [index for index, effect in enumerate(effects) if isinstance(effect, Send) and effect.paid]

    assert isinstance(end, Accepted | Flux2Error)
    assert states[-1] in ("submitted", "rejected", "unknown", "not-sent")
    assert (states[-1] == "submitted") == isinstance(end, Accepted)
    for number in range(len(sends) - 1):
        answer = answers[min(number, len(answers) - 1)]
        if isinstance(answer, HttpFailure):
            assert answer.sent == "no"
        else:
            assert answer.status in (407, 429) or provider.unseen(answer)


@providers
@given(answers=ANSWERS, ended=st.booleans())
def test_a_job_at_the_provider_stays_collectable_or_ends_by_the_providers_own_words(
    name: str, answers: list[HttpResponse | HttpFailure], ended: bool
) -> None:
    provider = provider_named(name)
    follow_ups = provider.lookup(PROVIDERS[name], "r-1")
    context = JobContext(
        provider=provider, target=TARGETS[1], job_id="abcd2345", endpoint=PROVIDERS[name], timeout=60.0, jitter=0.5
    )
    accepted = Accepted(request_id="r-1", follow=follow_ups)

    effects, end = driven(ask_again(context, accepted) if ended else follow(context, accepted), answers)
    states = [
        effect.changes["state"] for effect in effects if isinstance(effect, UpdateLedger) and "state" in effect.changes
    ]

    assert not any(isinstance(effect, Send) and effect.paid for effect in effects)
    assert all(state in ("ready", "failed", "moderated", "cancelled", "expired") for state in states)
    if states and states[-1] != "ready":
        assert isinstance(end, Flux2Error)
        assert not ended
        empty = [isinstance(answer, HttpResponse) and provider.outputs(answer) is not None for answer in answers]
        assert any(empty) or any(
            isinstance(answer, HttpResponse)
            and (
                explained(provider, answer).final
                or ((s := provider.polled(answer)) is not None and s.state == "failed")
            )
            for answer in answers
        )


@given(answers=ANSWERS)
def test_an_upload_ends_in_a_url_or_an_error_and_sends_nothing_paid(answers: list[HttpResponse | HttpFailure]) -> None:
    context = FlowContext(provider=provider_named("fal"), target=TARGETS[1], timeout=60.0)
    reference = Reference(source="a.png", name="a.png", data=b"x", media_type="image/png")

    effects, end = driven(upload(context, reference), answers)

    assert isinstance(end, str | Flux2Error)
    assert not any(isinstance(effect, Send) and effect.paid for effect in effects)
