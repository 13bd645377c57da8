"""The screens of the bar."""

from typing import NamedTuple


class Place(NamedTuple):
    """A screen of the bar: its title, and the module and class that are loaded when it is shown."""

    title: str
    module: str
    name: str


DAY = "today"
"""What the board begins with."""

PLACES = {
    DAY: Place("Today", "today", "TodayScreen"),
    "pipeline": Place("Pipeline", "pipeline", "PipelineScreen"),
    "activities": Place("Activities", "activities", "ActivitiesScreen"),
    "accounts": Place("Accounts", "records", "AccountsScreen"),
    "leads": Place("Leads", "records", "LeadsScreen"),
    "plan": Place("Plan", "plan", "PlanScreen"),
    "log": Place("Process log", "process_log", "ProcessLogScreen"),
}
"""The screens by name, in the order of the bar."""
