"""How property tests run everywhere: without a deadline, which a busy machine would miss."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "watchword",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # The gate must not fail by chance over what a change has not touched; a developer's runs look further each time.
    derandomize="CI" in os.environ,
    print_blob=True,
)
settings.load_profile("watchword")
