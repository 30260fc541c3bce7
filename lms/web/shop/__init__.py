"""The shop: cart, checkout, a person's orders, and the provider's webhooks."""
