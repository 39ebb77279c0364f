"""Pictures drawn by rules: a prompt becomes a plan, a plan a scene in SVG. Pure: the same words, the same scene."""

from errand.images.scenes.brief import Brief, Scene
from errand.images.scenes.composition import compose

__all__ = ["Brief", "Scene", "compose"]
