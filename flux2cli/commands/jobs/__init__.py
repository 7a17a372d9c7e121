"""`flux2 jobs`: lists, collects, cancels and settles submitted jobs."""

from flux2cli.commands.jobs import cancel_jobs, collect_jobs, forget_jobs, list_jobs, resolve_job, show_job
from flux2cli.options.derived_command import add_command
from flux2cli.options.help_screens import Commands

app = Commands(summary="What was submitted and where it stands; collect what was paid for.")
app.command("list")(list_jobs.list_jobs)
app.command("show")(show_job.show)
add_command(
    app, "wait", collect_jobs.collect, argument=("job", collect_jobs.NAMED), flags=collect_jobs.collect_flags(),
    summary="Wait for jobs and save their images.",
)  # fmt: skip
add_command(
    app, "fetch", collect_jobs.collect, argument=("job", collect_jobs.ANY), flags=collect_jobs.collect_flags(),
    summary="Collect what was paid for: wait for what is running, download what is finished. Costs nothing.",
)  # fmt: skip
app.command("cancel")(cancel_jobs.cancel)
app.command("resolve")(resolve_job.resolve)
app.command("forget")(forget_jobs.forget)
