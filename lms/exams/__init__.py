"""Tests: the bank of questions, papers as they were shown, attempts and marks."""
