"""The application as granian wants it: a factory without arguments."""

import os
from typing import Any

from app.main import create_app
from app.settings import load


def make() -> Any:
    """The application by the environment."""
    return create_app(load(os.environ))
