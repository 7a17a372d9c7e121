"""`flux2 jobs`: what was submitted, where it stands, and collecting what was paid for."""

from flux2cli.commands.jobs import cancel_jobs, collect_jobs, forget_jobs, list_jobs, resolve_job, show_job
from flux2cli.options.help_screens import Commands

app = Commands(summary="What was submitted and where it stands; collect what was paid for.")
app.command("list")(list_jobs.list_jobs)
app.command("show")(show_job.show)
app.command("wait")(collect_jobs.wait)
app.command("fetch")(collect_jobs.fetch)
app.command("cancel")(cancel_jobs.cancel)
app.command("resolve")(resolve_job.resolve)
app.command("forget")(forget_jobs.forget)
