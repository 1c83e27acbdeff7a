"""Lambda function that makes the HTTP call of a schedule; its entry point is `proxy.handler.handle`."""
