"""What another platform kept: people, hours, certificates, and whose they are."""
