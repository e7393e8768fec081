"""Glassnet in the tools of others; each module needs its library, which the extra of its name installs."""
