"""Carts, orders, payments and transfers: what was asked for, owed, and paid."""
