"""Payments of the mainland: WeChat Pay v3 and Alipay, spoken to by their own rules.

Why there is no SDK in between: docs/decisions/0021-payments-of-the-mainland.md.
"""
