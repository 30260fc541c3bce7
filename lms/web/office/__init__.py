"""Pages of the registration offices: queues, applications, lists, the counter."""
