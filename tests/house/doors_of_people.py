"""Who may come in at duplicates, counters and accounts shut; a part of the table."""

from __future__ import annotations

ANYBODY = {"account.slip", "account.use_slip"}
"""Who has a printed slip has no account to sign in to yet."""

OWN = {"me.number", "me.number_say", "me.number_withdraw"}
"""Learners: their own ID number."""

DESK = {
    "console_counter.dispute", "console_counter.index",
    "console_counter.open_account", "console_counter.recover",
    "console_merges.apart", "console_merges.likely", "console_merges.pairs",
}  # fmt: skip
"""Clerks and managers: who stands at the counter."""

SECOND = {
    "console_merges.case", "console_merges.decide", "console_merges.give",
    "console_merges.index", "console_merges.new", "console_merges.propose",
    "console_merges.refuse", "console_merges.show", "console_merges.withdraw",
    "console_standing.reinstate", "console_standing.suspend",
}  # fmt: skip
"""Managers: whose accounts are one, and which are shut."""
