"""Twilio's Messages API, spoken directly."""
