"""The JSON API under /api/v1: what it is sent, what it sends, and the document that describes both."""
