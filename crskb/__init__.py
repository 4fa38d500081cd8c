"""The open knowledge base of medicines linked with cytokine release syndrome."""

__version__ = "0.1.0"
