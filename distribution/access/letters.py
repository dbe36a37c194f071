"""Mails about a login's security, in the reader's language: every change of the second factor, and guessing at it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from distribution.access.holder import Holder
from distribution.outbox import ask
from distribution.settings import program

MAIL = "mail"
_EN: Mapping[str, str] = {
    "hello": "Hello {name},",
    "enable subject": "Two-step login is on for {program}",
    "enable": "since {at} your account in {program} asks for a code of your app after the password. All your other"
    " devices were logged out. Keep your recovery codes where you find them without your phone.",
    "disable subject": "Two-step login is off for {program}",
    "disable": "since {at} your account in {program} asks for the password alone.",
    "renew_codes subject": "New recovery codes for {program}",
    "renew_codes": "on {at} new recovery codes were made for your account in {program}; the old ones no longer work.",
    "reset subject": "Two-step login was taken off your account in {program}",
    "reset": "on {at} the people who run {program} took two-step login off your account, and you were logged out"
    " everywhere. Log in with your password and set it up anew.",
    "recovery subject": "A recovery code was used for {program}",
    "recovery": "on {at} one of your recovery codes stood in for your app in {program}. It does not work again.",
    "guessing subject": "Wrong codes for your account in {program}",
    "guessing": "on {at} somebody who knows the password of your account in {program} entered several wrong codes. No"
    " more are looked at for a while.",
    "passkey_added subject": "A passkey was added to your account in {program}",
    "passkey_added": "since {at} your account in {program} can be entered with a new passkey, without password.",
    "passkey_removed subject": "A passkey of your account in {program} was removed",
    "passkey_removed": "on {at} a passkey of your account in {program} was removed; it lets nobody in any more.",
    "passkey_copied subject": "A passkey of your account in {program} may have been copied",
    "passkey_copied": "on {at} somebody used a passkey of your account in {program} that seems to be a copy. They were"
    " not let in. Remove that passkey and add a new one.",
    "not you": "If it was not you, choose a new password at once, and write to us.",
}
_ZH: Mapping[str, str] = {
    "hello": "{name}，您好：",
    "enable subject": "{program}：两步登录已开启",
    "enable": "自{at}起，您在{program}的账号登录时除密码外还需要验证器应用中的验证码。您的其他设备均已退出登录。"
    "请将恢复码保存在没有手机也能找到的地方。",
    "disable subject": "{program}：两步登录已关闭",
    "disable": "自{at}起，您在{program}的账号登录时只需要密码。",
    "renew_codes subject": "{program}：恢复码已更新",
    "renew_codes": "{at}，您在{program}的账号生成了新的恢复码，原有恢复码已失效。",
    "reset subject": "{program}：您账号的两步登录已被解除",
    "reset": "{at}，{program}的管理人员解除了您账号的两步登录，您已在所有设备上退出登录。请用密码登录并重新设置。",
    "recovery subject": "{program}：有恢复码被使用",
    "recovery": "{at}，您在{program}的一个恢复码代替验证器应用完成了验证，该恢复码已失效。",
    "guessing subject": "{program}：您的账号有人输入错误验证码",
    "guessing": "{at}，有人知道您在{program}的账号密码，并多次输入错误的验证码。系统将暂停接受验证码一段时间。",
    "passkey_added subject": "{program}：您的账号添加了通行密钥",
    "passkey_added": "自{at}起，您在{program}的账号可以使用新的通行密钥登录，无需密码。",
    "passkey_removed subject": "{program}：您账号的一个通行密钥已被移除",
    "passkey_removed": "{at}，您在{program}的账号移除了一个通行密钥，该密钥已无法登录。",
    "passkey_copied subject": "{program}：您账号的通行密钥可能已被复制",
    "passkey_copied": "{at}，有人使用了您在{program}的账号的通行密钥，该密钥疑似被复制，系统未予登录。"
    "请移除该密钥并重新添加。",
    "not you": "如果不是您本人操作，请立即设置新密码，并与我们联系。",
}


def tell(session: Session, holder: Holder, act: str, *, now: datetime) -> None:
    """Ask for the mail about an act ("enable", "guessing"…)."""
    settings = program.read(session)
    words = _ZH if (holder.locale or "").startswith("zh") else _EN
    zone = ZoneInfo(settings.time_zone)
    facts = {
        "name": holder.name or holder.email,
        "program": settings.program_name,
        "at": f"{now.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})",
    }
    lines = [words[key].format(**facts) for key in ("hello", act, "not you")]
    ask(
        session,
        kind=MAIL,
        dedupe_key=f"second-factor-{act}-{holder.id}-{now.isoformat()}",
        payload={
            "to": holder.email,
            "subject": words[f"{act} subject"].format(**facts),
            "text": "\n\n".join((*lines, settings.program_name)) + "\n",
        },
    )
