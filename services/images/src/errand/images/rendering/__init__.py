"""From scenes and vendors' images to files: pixels, renditions, provenance."""
