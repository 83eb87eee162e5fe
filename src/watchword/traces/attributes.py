"""What a span may say. Whatever is not here cannot be said: no number, code, user, address, body or secret."""

ATTRIBUTES: dict[str, str] = {
    "stage": "watchword.stage",
    "designation": "watchword.flow.designation",
    "access": "watchword.access",
    "outcome": "watchword.outcome",
    "gateway": "watchword.gateway",
    "country": "watchword.country",
    "policy": "watchword.policy",
    "unit": "watchword.database.unit",
    "database": "db.system.name",
    "method": "http.request.method",
    "route": "http.route",
    "status": "http.response.status_code",
    "error": "error.type",
}
"""Our word -> the attribute's name, OpenTelemetry's own where it has one."""
