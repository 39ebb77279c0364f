"""Every query of the service's own tables."""
