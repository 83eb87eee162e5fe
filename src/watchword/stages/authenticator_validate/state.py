"""What the validation stage remembers between two requests of one execution."""

from watchword.stages.authenticator_sms.state import CodeState


class ValidateState(CodeState, kw_only=True):
    """The chosen device by class and id, and for a phone the code on its way to it."""

    device_class: str = ""
    device_uid: str = ""
