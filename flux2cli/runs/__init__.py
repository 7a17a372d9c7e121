"""The use cases: values and events in, results out. Prints nothing."""
