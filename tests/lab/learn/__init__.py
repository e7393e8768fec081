"""Tests of what lies behind the page *Learn*."""
