"""The callback service: receives the calls of schedules and keeps them; its app is `callback_api.app.create_app`."""
