from __future__ import annotations

from tests.infra.sample import sample_stack

GROUP = "aws:scheduler/scheduleGroup:ScheduleGroup"


def test_the_group_of_the_applications_is_protected_since_its_schedules_are_nowhere_else():
    assert sample_stack()[GROUP, "groups-adhoc"].protect
    assert not sample_stack()[GROUP, "groups-catalog"].protect


def test_the_groups_have_their_names_given():
    names = [sample_stack()[GROUP, name].inputs["name"] for name in ("groups-catalog", "groups-adhoc")]

    assert names == ["schedule-catalog-dev-eu-west-1-catalog", "schedule-catalog-dev-eu-west-1-adhoc"]
