"""The plugin as Saleor sees it: its settings, its health page, and the hooks that signal."""

import os
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from saleor.app.models import App
from saleor.channel.models import Channel
from saleor.graphql.app.dataloaders import get_app_promise
from saleor.graphql.context import get_context_value
from saleor.permission.enums import OrderPermissions
from saleor.plugins.base_plugin import BasePlugin
from saleor.plugins.error_codes import PluginErrorCode
from saleor.plugins.models import PluginConfiguration

from saleor_plugin import configuration, process
from saleor_plugin.checks import connection_problems
from saleor_plugin.hooks import SignalHooks
from saleor_plugin.pages import Asked, Pages
from saleor_plugin.signals import Settings, Signal
from saleor_plugin.writer import PATIENCE_SECONDS

_pages = Pages()


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

    @classmethod
    def save_plugin_configuration(
        cls, plugin_configuration: PluginConfiguration, cleaned_data: dict[str, Any]
    ) -> PluginConfiguration:
        """Keep the settings, and tell the program those it follows itself."""
        saved = super().save_plugin_configuration(plugin_configuration, cleaned_data)
        try:
            if plugin_configuration.active:
                document = configuration.told_to_the_program(plugin_configuration.configuration)
                signal = Signal("settings", cls.PLUGIN_ID, "plugin_saved", Settings(document))
                process.current().submit([signal], PATIENCE_SECONDS)
        except Exception as error:
            process.current().swallow(error)
        return saved

    def webhook(self, request: HttpRequest, path: str, previous_value: Any) -> Any:
        """The pages at ``/plugins/global/distribution/``; see `saleor_plugin.pages`."""
        asked = Asked(
            method=request.method or "",
            path=path,
            address=str(request.META.get("REMOTE_ADDR", "")),
            channel=request.GET.get("channel") or None,
            may_read_orders=lambda: _may_read_orders(request),
        )
        page = _pages.answer(asked, self.settings.portal_url)
        if page is None:
            return previous_value
        return JsonResponse(page.facts, status=page.status, headers=page.headers)


def _may_read_orders(request: HttpRequest) -> bool | None:
    """Whether the staff or app behind the request's token may; None where there is nobody behind it."""
    context = get_context_value(request)
    who = get_app_promise(context).get() or context.user
    if not who or not (isinstance(who, App) or who.is_staff):
        return None
    return bool(who.is_active and who.has_perm(OrderPermissions.MANAGE_ORDERS))


def _error(text: str, code: PluginErrorCode) -> ValidationError:
    return ValidationError(text, code=code.value)
