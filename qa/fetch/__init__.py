"""Bringing what lies elsewhere into a folder of ordinary files, only when asked: `qa fetch`."""
