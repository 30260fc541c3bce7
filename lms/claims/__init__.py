"""Claims on a record: hours, tests, certificates. One asks, others decide."""
