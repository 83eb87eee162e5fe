"""Which gateway a stage uses, and with what settings."""

from watchword.gateways.base import GatewaySettings
from watchword.gateways.console.settings import ConsoleSettings
from watchword.gateways.demo.settings import DemoSettings
from watchword.gateways.generic.settings import GenericSettings
from watchword.gateways.twilio.settings import TwilioSettings
from watchword.settings import Settings
from watchword.stages.authenticator_sms.settings import SMSSettings


def carrier_of(stage: SMSSettings, settings: Settings) -> GatewaySettings:
    match stage.provider:
        case "twilio":
            return TwilioSettings(
                account_sid=stage.account_sid,
                auth=stage.auth,
                api_key_sid=stage.api_key_sid,
                base_url=stage.gateway_url or settings.twilio_url,
            )
        case "generic":
            return GenericSettings(
                url=stage.account_sid,
                auth=stage.auth,
                auth_password=stage.auth_password,
                auth_type=stage.auth_type,
            )
        case "console":
            return ConsoleSettings()
        case "demo":
            return DemoSettings()
