"""The use cases: values and events in, results out. Prints nothing.

From Python, one image in the sandbox is:

    app = App.of_process()
    options = RunOptions(sandbox=True, output="art/")
    submission = build_submission(app, Ask(variant="flash", prompt="a fox"), options)
    result = generate(app, submission, options)
    app.close()

Values have the types that `RunOptions` states; they are not checked again. Errors are those of `flux2cli.errors`.
"""
