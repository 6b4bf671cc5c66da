"""Whatever happens to a host, what must hold holds. More examples: MUCSPEC_EXAMPLES=100000."""

import os

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mockserver.tests.property_draws import scripts
from mockserver.tests.property_steps import Step
from mockserver.tests.property_watch import Watch
from mockserver.tests.property_world import CONFIGS, World

EXAMPLES = int(os.environ.get("MUCSPEC_EXAMPLES", "0"))
PROFILE = settings(
    max_examples=EXAMPLES or 50,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    print_blob=False,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow],
)


@PROFILE
@given(st.integers(0, len(CONFIGS) - 1), st.booleans(), scripts)
def test_what_must_hold_holds(config: int, seated: bool, script: list[Step]) -> None:
    """Audiences, seats, self-presence, hidden addresses, refusals, tables, everybody's picture: see Watch."""
    watch = Watch(World(config, seated=seated))
    for step in script:
        watch.do(step)


@PROFILE
@given(st.integers(0, len(CONFIGS) - 1), scripts)
def test_the_same_story_has_the_same_end(config: int, script: list[Step]) -> None:
    """Replaying gives equal deliveries and equal rooms."""
    worlds = World(config), World(config)
    for step in [*worlds[0].prologue, *script]:
        assert worlds[0].do(step) == worlds[1].do(step)
    assert worlds[0].pictures() == worlds[1].pictures()
