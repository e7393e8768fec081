"""The lab: its server, and its pages in Chromium."""
