"""The sandbox's HTTP interface: everything the page can do and curl can do. docs/sandbox.md describes it."""

from sandbox.control.server import Control

__all__ = ["Control"]
