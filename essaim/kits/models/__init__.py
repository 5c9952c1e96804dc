from .archives import ArchiveState, KitArchive, KitDownload
from .materials import KitMaterial, MaterialVersion

__all__ = ["ArchiveState", "KitArchive", "KitDownload", "KitMaterial", "MaterialVersion"]
