"""The site's parameters: ``columns`` declares the files, ``kinds`` the cells, ``loading`` reads them."""

from fundwatch.site.columns import FILES, OPTIONAL
from fundwatch.site.loading import load_site

__all__ = ["FILES", "OPTIONAL", "load_site"]
