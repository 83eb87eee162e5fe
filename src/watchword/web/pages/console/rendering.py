"""The console's pages as HTML."""

from watchword.web.pages.console.doctor_shown import Examined
from watchword.web.pages.console.flow_shown import FlowShown
from watchword.web.pages.console.overview_shown import Overview
from watchword.web.pages.console.previews import Preview
from watchword.web.pages.console.records_shown import Ending, Record, Records
from watchword.web.pages.console.shown import ChangeShown, Form, History, Listed, Loss, Trial
from watchword.web.pages.console.tables import Listing
from watchword.web.pages.render import Page, render


def render_overview(page: Page, overview: Overview) -> str:
    return render("admin/overview.html", page=page, overview=overview)


def render_doctor(page: Page, examined: Examined) -> str:
    return render("admin/doctor.html", page=page, examined=examined, problems=bool(examined.refused))


def render_history(page: Page, history: History) -> str:
    return render("admin/history.html", page=page, history=history)


def render_change(page: Page, change: ChangeShown) -> str:
    return render("admin/change.html", page=page, change=change, problems=bool(change.errors))


def render_list(page: Page, listed: Listed) -> str:
    return render("admin/list.html", page=page, listed=listed)


def render_listing(page: Page, listing: Listing, template: str = "admin/table.html", **more: object) -> str:
    """`template` is one that extends the list's own, and is given `more`."""
    return render(template, page=page, listing=listing, **more)


def render_form(page: Page, form: Form) -> str:
    return render("admin/form.html", page=page, form=form, problems=form.wrong)


def render_preview(preview: Preview) -> str:
    """Alone, for the script of the form that it stands beside."""
    return render("admin/preview_body.html", preview=preview)


def render_trial(page: Page, trial: Trial) -> str:
    return render("admin/trial.html", page=page, trial=trial, problems=trial.wrong)


def render_loss(page: Page, loss: Loss) -> str:
    return render("admin/loss.html", page=page, loss=loss, problems=bool(loss.errors))


def render_flow(page: Page, flow: FlowShown) -> str:
    return render("admin/flow.html", page=page, flow=flow, problems=flow.wrong or bool(flow.errors))


def render_records(page: Page, records: Records) -> str:
    return render("admin/records.html", page=page, records=records, problems=records.wrong)


def render_record(page: Page, record: Record) -> str:
    return render("admin/record.html", page=page, record=record)


def render_ending(page: Page, ending: Ending) -> str:
    return render("admin/ending.html", page=page, ending=ending)
