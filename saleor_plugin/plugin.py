"""The plugin as Saleor sees it: its settings, its health page, and the hooks that signal."""

import os
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from saleor.channel.models import Channel
from saleor.plugins.base_plugin import BasePlugin
from saleor.plugins.error_codes import PluginErrorCode
from saleor.plugins.models import PluginConfiguration

from saleor_plugin import configuration, process
from saleor_plugin.checks import connection_problems
from saleor_plugin.hooks import SignalHooks


class DistributionPlugin(SignalHooks, BasePlugin):
    """Tells the distribution program which orders changed and which checkouts came through a referral."""

    PLUGIN_ID = "distribution"
    PLUGIN_NAME = "Distribution"
    PLUGIN_DESCRIPTION = (
        "Referral links and three levels of commission. Tells the distribution program which orders changed; "
        "everything else happens in its own portal."
    )
    # Per channel, Saleor would leave out order_bulk_created; and active by default, the first change of a setting
    # would switch the plugin off.
    CONFIGURATION_PER_CHANNEL = False
    DEFAULT_ACTIVE = False
    DEFAULT_CONFIGURATION = configuration.DEFAULT_CONFIGURATION
    CONFIG_STRUCTURE = configuration.CONFIG_STRUCTURE

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.settings = configuration.read_settings(self.configuration)

    @classmethod
    def validate_plugin_configuration(cls, plugin_configuration: PluginConfiguration, **_kwargs: Any) -> None:
        """Refuse settings that cannot work, each with its field; switched off, the environment may be incomplete."""
        channels = Channel.objects.values_list("slug", flat=True)
        problems = configuration.setting_problems(plugin_configuration.configuration, channels)
        errors = {field: [_error(text, PluginErrorCode.INVALID)] for field, text in problems.items()}
        if plugin_configuration.active and (wrong := connection_problems(os.environ)):
            errors["active"] = [_error(text, PluginErrorCode.PLUGIN_MISCONFIGURED) for text in wrong.values()]
        if errors:
            raise ValidationError(errors)

    def webhook(self, request: HttpRequest, path: str, previous_value: Any) -> Any:
        """The health of the process that answers, at ``/plugins/global/distribution/health``."""
        if path.strip("/") != "health":
            return previous_value
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        health = process.current().health()
        answer: HttpResponse = JsonResponse(health, status=200 if health["breaker"] == "closed" else 503)
        answer["Cache-Control"] = "no-store"
        return answer


def _error(text: str, code: PluginErrorCode) -> ValidationError:
    return ValidationError(text, code=code.value)
