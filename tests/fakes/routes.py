"""The routes of the application as (method, path) pairs, with parameters as descriptions write them."""

import re

from litestar import Litestar


def routes_of(app: Litestar) -> set[tuple[str, str]]:
    return {
        (method, re.sub(r":\w+}", "}", route.path_format if "{" not in route.path else route.path))
        for route in app.routes
        for handler in route.route_handlers
        for method in handler.http_methods
    }
