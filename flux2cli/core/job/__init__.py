"""A job: its ledger row, its options, its flow, its result and its sidecar."""
