"""Progress of one job on stderr: lines, and on a terminal a live line with the job's state."""

from flux2cli.app import App
from flux2cli.catalog.pricing import money
from flux2cli.events import Event, IdenticalJob, Noted, Queued, Retrying, Running, Saved, Submitted, Warned
from flux2cli.output.shown_path import shown_path


class JobProgress:
    """Prints the events of one job: as lines, and on a terminal as a live line with the job's state."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._began = app.clock()
        self._state = "starting"
        self._logs: tuple[str, ...] = ()

    def tick(self) -> None:
        """Redraw the live line."""
        if self._app.terminal.can_redraw and not self._app.quiet:
            self._app.terminal.live(f"{self._state}  {self._app.clock() - self._began:.0f} s")

    def show(self, event: Event) -> None:
        """Print an event; nothing under `-q`, retries and submits only under `-v`."""
        if self._app.quiet:
            return
        terminal = self._app.terminal
        match event:
            case Queued():
                ahead = "" if event.position is None else f", {event.position} ahead"
                self._state = f"queued{ahead}"
                self.tick()
            case Running():
                self._state = "running"
                self._show_logs(event.logs)
                self.tick()
            case Saved(path="-"):
                pass
            case Saved():
                cost = "cost unknown" if event.cost is None else f"${money(event.cost)} ({event.cost_source})"
                terminal.styled("saved", f"{shown_path(self._app, event.path)}{_which(event)}  {cost}")
            case Noted():
                terminal.line(f"note: {event.text}")
            case Warned():
                terminal.styled("warning", event.text)
            case IdenticalJob():
                collect = f"`flux2 jobs wait {event.job_id}` collects it"
                terminal.styled("hint", f"an identical job is {event.state}: {collect}")
            case Retrying() if self._app.verbose:
                terminal.line(f"{event.what} again in {event.wait:.1f} s: {event.reason}")
            case Submitted():
                self._state = "submitted"
                if self._app.verbose:
                    terminal.line(f"submitted {event.job_id} (request {event.request_id})")

    def _show_logs(self, logs: tuple[str, ...]) -> None:
        """Print new lines of the log, under `-v`: a poll returns all so far, a stream event only new ones."""
        known = self._logs
        new = logs[len(known) :] if logs[: len(known)] == known else logs
        self._logs = known + new
        if self._app.verbose:
            for text in new:
                self._app.terminal.line(f"log: {text}")


def _which(saved: Saved) -> str:
    """The image's seed and, among several of one request, which it is: the request's seed alone makes all of them."""
    facts = [f"seed {saved.seed}"] if saved.seed is not None else []
    facts += [f"image {saved.index + 1} of {saved.count}"] if saved.count > 1 else []
    return f"  {', '.join(facts)}" if facts else ""
