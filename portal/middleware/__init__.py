"""What every request passes before it reaches a route, and every response on its way out; plain ASGI."""
