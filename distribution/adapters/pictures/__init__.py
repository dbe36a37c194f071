"""Pictures of the shop's products: fetched from where they may come from, made harmless, kept for a day."""

from distribution.adapters.pictures.copy import copied, copy_picture
from distribution.adapters.pictures.fetch import FetchRefused
from distribution.adapters.pictures.hosts import Hosts

__all__ = ["FetchRefused", "Hosts", "copied", "copy_picture"]
