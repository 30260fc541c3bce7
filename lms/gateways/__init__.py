"""Every door outward: payment, print, mail, SMS, storage, photographs."""
