"""What the SMS stage asks."""

from watchword.flows.challenge import WithUser


class SMSChallenge(WithUser, tag="ak-stage-authenticator-sms", kw_only=True):
    """authentik's keys first, ours after them; times are whole seconds from now."""

    phone_number_required: bool
    phone_number: str = ""
    """What was typed, kept for correction; only while a number is asked for."""
    region: str = ""
    number_fixed: bool = False
    """The number came from an earlier step, and can be changed only there."""
    can_change_number: bool = False
    replaces: str = ""
    """The masked number that the new one takes the place of; it stays until then."""
    masked_number: str = ""
    code_length: int = 6
    code_expires_in: int = 0
    resend_after: int = 0
    attempts_left: int = 0
    notice: str = ""
