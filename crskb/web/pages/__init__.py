"""The pages of the site: one module each, a view function per address."""
