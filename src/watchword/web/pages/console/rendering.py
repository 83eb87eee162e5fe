"""The console's pages as HTML."""

from watchword.web.pages.console.shown import ChangeShown, FlowShown, Form, History, Listed, Loss, Overview, Trial
from watchword.web.pages.console.tables import Listing
from watchword.web.pages.render import Page, render


def render_overview(page: Page, overview: Overview) -> str:
    return render("admin/overview.html", page=page, overview=overview)


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


def render_trial(page: Page, trial: Trial) -> str:
    return render("admin/trial.html", page=page, trial=trial, problems=trial.wrong)


def render_loss(page: Page, loss: Loss) -> str:
    return render("admin/loss.html", page=page, loss=loss, problems=bool(loss.errors))


def render_flow(page: Page, flow: FlowShown) -> str:
    return render("admin/flow.html", page=page, flow=flow)
