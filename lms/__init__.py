"""Xueshi: continuing education for registered constructors."""
