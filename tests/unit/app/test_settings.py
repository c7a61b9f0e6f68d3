import json

import pytest

from app.knobs import Secret, Settings
from app.settings import VARIABLES, dump, load, restore
from domain.errors import SettingsError


def test_nothing_set_gives_the_defaults():
    assert load({}) == Settings()


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_reaches_its_place(name):
    values = {"LOG_LEVEL": "ERROR", "DECALOGO_LOG_FORMAT": "json", "REDIS_PASSWORD": "p", "DECALOGO_KEY": "p"}
    switches = {
        "DEBUG": "true",
        "APM_ENABLED": "false",
        "RATE_LIMIT_ENABLED": "false",
        "DECALOGO_STANDBY": "false",
    }
    switches |= {"DECALOGO_STORE_PATH_STYLE": "false", "DECALOGO_WEBHOOK_HTTP": "true", "DECALOGO_RATE_SHADOW": "true"}
    switches |= {f"DECALOGO_RATE_AWAY_{what}": "refuse" for what in ("SUBMIT", "STATUS", "RESULTS", "REQUESTS")}

    changed = load({name: {**values, **switches}.get(name, "77")})

    assert changed != Settings()


def test_an_unknown_name_is_refused_and_the_nearest_named():
    with pytest.raises(SettingsError, match="DECALOGO_PROT is no setting; the nearest is DECALOGO_PORT"):
        load({"DECALOGO_PROT": "1"})


def test_names_of_others_are_left_alone():
    assert load({"PATH": "/bin", "REDIS_SOMETHING": "x"}) == Settings()


@pytest.mark.parametrize(("name", "value"), [("DECALOGO_PORT", "eighty"), ("LOG_LEVEL", "LOUD"), ("DEBUG", "perhaps")])
def test_a_value_that_does_not_fit_names_its_variable(name, value):
    with pytest.raises(SettingsError, match=name):
        load({name: value})


def test_the_file_of_the_sources_is_read_as_it_stands_and_the_environment_stands_above_it(tmp_path):
    file = tmp_path / "config.json"
    stages = [{"percentage": p, "hold_seconds": s} for p, s in ((5, 30), (25, 60), (100, 90))]
    file.write_text(
        json.dumps(
            {
                "deployment": {"canary_stages": stages, "rollback_thresholds": {"max_error_rate": 5.0}},
                "tracing": {"service_name": "from-file", "sampling_rate": 0.5},
                "slo": {"availability_percent": 99.9},
            }
        )
    )

    settings = load({"OTEL_SERVICE_NAME": "from-environment", "CANARY_25_HOLD_SECONDS": "7"}, file)

    assert settings.tracing.service_name == "from-environment"
    assert settings.tracing.sampling_rate == 0.5
    assert [s.hold_seconds for s in settings.deployment.canary_stages] == [30, 7, 90]
    assert settings.slo.availability_percent == 99.9


@pytest.mark.parametrize("content", ["{", "[]", '{"slo": {"availability": 1}}', '{"canary": {}}'])
def test_a_file_that_does_not_fit_is_refused(tmp_path, content):
    file = tmp_path / "config.json"
    file.write_text(content)

    with pytest.raises(SettingsError):
        load({}, file)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        load({}, tmp_path / "none.json")


def test_secrets_do_not_show_but_reach_a_child():
    settings = load({"REDIS_PASSWORD": "hunter2", "DECALOGO_STORE_SECRET": "hunter2"})

    assert "hunter2" not in repr(settings)
    assert restore(dump(settings)) == settings
    assert settings.redis.password == Secret("hunter2")
