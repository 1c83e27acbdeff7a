"""Callback service: receives the calls of schedules and stores tasks; its app is `callback_api.app.create_app`."""
