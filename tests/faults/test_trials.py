"""Faults at random: `./dev faults` has the long way round."""

from pathlib import Path

import pytest

from tests.faults.trials import plan, trial

pytestmark = pytest.mark.faults


def test_nothing_is_lost_whatever_happens(tmp_path: Path) -> None:
    result = trial.run(1, plan.brief(1), logs=tmp_path)

    assert result.violations == []
    assert result.jobs > 1000
