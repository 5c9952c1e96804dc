"""Cards are masked like every other public page: see ``essaim.common.privacy``."""

from essaim.common.privacy import has_personal, mask_html, mask_personal

__all__ = ["has_personal", "mask_html", "mask_personal"]
