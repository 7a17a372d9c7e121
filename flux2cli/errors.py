"""The errors of the program: each class defines its exit code, its code word and whether a retry is safe.

Prints nothing. An error is not changed after it was raised; `flux2cli.cli` shows it, as text or as JSON.
"""

from typing import Literal, NamedTuple, Self

from flux2cli.quotes import shorten_quotes
from flux2cli.redact import redact_text

Retry = Literal["never", "safe", "unsafe"]
"""`never`: the same command fails again; `safe`: nothing was accepted or billed; `unsafe`: something may be."""


class Flux2Error(Exception):
    """A failure that a person or a script can act on.

    `message` is one sentence; `hint` says what to type or do next. Secrets in URLs are blotted out of both. `code` is
    its code word in JSON.
    """

    code = "internal"
    exit_code = 1
    retry: Retry = "unsafe"
    halts = False
    """True if every further request of the run would fail the same way."""

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        job_id: str | None = None,
        request_id: str | None = None,
        halts: bool | None = None,
        problems: tuple[object, ...] = (),
    ) -> None:
        """`halts` overrides the class's. `problems` lists single problems, when there are more than fit a sentence."""
        self.message = redact_text(message)
        self.hint = None if hint is None else redact_text(hint)
        super().__init__(self.message)
        self.job_id = job_id
        self.request_id = request_id
        self.problems = problems
        if halts is not None:
            self.halts = halts


class InternalError(Flux2Error):
    """Something on this machine is broken: the ledger, the disk, or the program; exit 1."""

    halts = True

    @classmethod
    def unexpected(cls, error: BaseException, log: str, *, job_id: str | None = None, halts: bool = True) -> Self:
        """The error to report for a fault of the program. `log` is a clause that names the file that it is in."""
        jobs = f"flux2 jobs show {job_id}" if job_id else "flux2 jobs list"
        return cls(
            f"Something went wrong that should not have ({type(error).__name__}).",
            hint=f"{log}; `{jobs}` shows what was submitted",
            job_id=job_id,
            halts=halts,
        )


class WrongValue(NamedTuple):  # every start makes this class, and a dataclass takes half a millisecond
    """A value that is not valid. `about` is the parameter or column, `flag` its name on the command line.

    `value` is as typed, None if it is not shown; `clause` follows it: "is above 50, the highest that …", and
    `row_clause` in its place where a row of a prompt file is meant. `before` precedes the name: "5 `--image` were
    given: …".
    """

    about: str
    flag: str
    clause: str
    value: str | None = None
    before: str = ""
    row_clause: str | None = None

    def for_flag(self, *, of_rows: bool = False) -> str:
        """The sentence about a flag: "`--steps 99` is above 50."; `of_rows`: one that all rows of a file share."""
        subject = self.flag if self.value is None else f"{self.flag} {self.value}"
        return self._sentence(subject, (of_rows and self.row_clause) or self.clause)

    def for_column(self) -> str:
        """The sentence about a cell, shown after the column's name: "`99` is above 50."."""
        return self._sentence(self.about if self.value is None else self.value, self.row_clause or self.clause)

    def _sentence(self, subject: str, clause: str) -> str:
        return shorten_quotes(redact_text(f"{self.before}`{subject}` {clause}."))


class KeyDestinationError(InternalError):
    """A request would have taken a provider's key to a place that is not the provider's; it was not sent; exit 1."""

    retry = "never"


class UsageError(Flux2Error):
    """The command line, a file or a value is wrong, found here or by the provider; exit 2.

    `message` shows at most 100 characters of each thing that it quotes. `about` is the parameter or column that is
    wrong, if it is one. `wrong` describes a wrong value: each front words it for itself, and `message` is the sentence
    for flags.
    """

    code = "usage"
    exit_code = 2
    retry = "never"

    def __init__(
        self,
        message: str,
        *,
        about: str | None = None,
        wrong: WrongValue | None = None,
        hint: str | None = None,
        job_id: str | None = None,
        request_id: str | None = None,
        problems: tuple[object, ...] = (),
    ) -> None:
        text = shorten_quotes(redact_text(message))
        super().__init__(text, hint=hint, job_id=job_id, request_id=request_id, problems=problems)
        self.about = about
        self.wrong = wrong

    @classmethod
    def of_value(cls, wrong: WrongValue, *, hint: str | None = None) -> Self:
        """The error for a value that cannot be used."""
        return cls(wrong.for_flag(), about=wrong.about, wrong=wrong, hint=hint)


class NetworkSettingError(UsageError):
    """A proxy or certificates that the environment names cannot be used; nothing was sent; exit 2."""

    halts = True


class AuthError(Flux2Error):
    """There is no key, or the provider rejected it; exit 3."""

    code = "auth"
    exit_code = 3
    halts = True
    retry = "never"


class BalanceError(Flux2Error):
    """The account has no balance; exit 4."""

    code = "balance"
    exit_code = 4
    halts = True
    retry = "never"


class BudgetError(Flux2Error):
    """A budget set by the user would be exceeded; exit 4."""

    code = "budget"
    exit_code = 4
    halts = True
    retry = "never"


class NetworkError(Flux2Error):
    """No request reached the provider; exit 5."""

    code = "network"
    exit_code = 5
    halts = True
    retry = "safe"


class RateLimitedError(Flux2Error):
    """The provider asked for a longer wait than the time limit allows; exit 5."""

    code = "rate_limited"
    exit_code = 5
    halts = True
    retry = "safe"


class ModeratedError(Flux2Error):
    """The provider's moderation refused the prompt or the result; exit 6."""

    code = "moderated"
    exit_code = 6
    retry = "never"


class ProviderFailedError(Flux2Error):
    """The provider failed the job; exit 7."""

    code = "provider_failed"
    exit_code = 7
    retry = "safe"


class NotSavedError(Flux2Error):
    """The images are paid for and finished, but not on this disk yet; exit 8."""

    code = "not_saved"
    exit_code = 8
    retry = "unsafe"


class ExpiredError(Flux2Error):
    """The images are paid for, but the provider no longer stores them; exit 8."""

    code = "expired"
    exit_code = 8
    retry = "unsafe"


class UnknownOutcomeError(Flux2Error):
    """The response to a submit was lost, so the provider may or may not have accepted the job; exit 9."""

    code = "unknown"
    exit_code = 9
    retry = "unsafe"


class PartialError(Flux2Error):
    """A batch ended with rows failed, unknown or still running; exit 10."""

    code = "partial"
    exit_code = 10
    retry = "unsafe"


class MismatchError(Flux2Error):
    """Images do not match their records, or rows their images; exit 11."""

    code = "mismatch"
    exit_code = 11
    retry = "never"


class NotAsAskedError(Flux2Error):
    """The images are saved, but differ from the request, under `--strict`; exit 12."""

    code = "not_as_asked"
    exit_code = 12
    retry = "never"


class StillRunningError(Flux2Error):
    """The time limit passed while the provider was still working; exit 124."""

    code = "timeout"
    exit_code = 124
    retry = "unsafe"


class InterruptedRunError(Flux2Error):
    """The run was stopped by Ctrl-C (exit 130), SIGTERM (143) or a closed stdout (141)."""

    code = "interrupted"
    retry = "unsafe"

    def __init__(self, message: str, *, exit_code: int = 130, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.exit_code = exit_code


BY_CODE: dict[str, type[Flux2Error]] = {
    kind.code: kind
    for kind in (
        InternalError, UsageError, AuthError, BalanceError, BudgetError, NetworkError,
        RateLimitedError, ModeratedError, ProviderFailedError, NotSavedError, ExpiredError,
        UnknownOutcomeError, PartialError, MismatchError, NotAsAskedError, StillRunningError,
    )
}  # fmt: skip
