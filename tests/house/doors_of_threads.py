"""Who may come in where questions are asked and messages are worded; of the table."""

from __future__ import annotations

DESK = {
    "console_messages.show", "console_replies.create", "console_replies.drop",
    "console_replies.edit", "console_replies.index", "console_replies.new",
    "console_replies.save", "console_threads.hand",
}  # fmt: skip
"""Clerks and managers: the association's own matters, and what its messages said."""

OUTSIDE = {
    "console_threads.answer", "console_threads.index", "console_threads.note",
    "console_threads.paper", "console_threads.show", "console_threads.take",
}  # fmt: skip
"""The desk's matters; a reviewer sees those that went outside among them."""

RULES = {
    "console_replies.limit", "console_wordings.edit", "console_wordings.index",
    "console_wordings.put_back", "console_wordings.save",
}  # fmt: skip
"""Managers: what is promised, and the association's own words."""

OWN = {
    "threads.end", "threads.index", "threads.judge", "threads.new", "threads.paper",
    "threads.pass_on", "threads.put", "threads.see", "threads.show", "threads.write",
}  # fmt: skip
"""What a constructor, or a company's agent, asked."""

HELP = {"help.index"}
"""Anybody: by topic, what helps and to whom one may write."""
