"""Notices in Simplified Chinese."""

from __future__ import annotations

from distribution.notice.words.wording import Language, Wording

_SECURITY = "查看登录与设备"
_PAYMENT = "查看提现"
_BANK = "银行入账最多需要三个工作日。"

KINDS = {
    "application_approved": Wording(
        "欢迎加入{program}",
        "您的申请已通过。推广链接即刻生效：分享出去，有人通过链接下单，您就有佣金。",
        "打开首页",
    ),
    "application_rejected": Wording(
        "关于您加入{program}的申请",
        "我们已审核您的申请，目前无法通过。如有疑问，请与我们联系。",
    ),
    "suspended": Wording(
        "您的账号已暂停",
        "自{at}起，您在{program}的账号已暂停：恢复之前，新订单不产生佣金。已获得的佣金仍归您所有。如不清楚原因，请与我们联系。",
        "打开首页",
    ),
    "reinstated": Wording("您的账号已恢复", "自{at}起，您在{program}的链接重新产生佣金。", "打开首页"),
    "removed": Wording(
        "您已不再参与{program}", "管理人员于{at}终止了您的成员资格。如不清楚原因，请与我们联系。"
    ),
    "left": Wording("您已退出{program}", "您已于{at}退出。感谢您一直以来的付出。"),
    "closing_asked": Wording(
        "您的账号即将注销",
        "您于{at}申请注销账号。在{due}之前一切照旧，您可以随时撤回；之后将无法撤回。"
        "如果不是您本人操作，请立即撤回并设置新密码。",
        "查看",
    ),
    "closing_begun": Wording(
        "您的账号正在注销",
        "自{at}起，您在{program}不再产生新的佣金。待解冻和已解冻的佣金仍归您所有，结算后我们会通知您。"
        "请提现可用余额；待所有款项结清后，您的个人信息将被删除，此后产生的佣金归商家所有。",
        "查看提现",
    ),
    "closing_stopped": Wording(
        "您的账号不再注销",
        "{program}的管理人员于{at}恢复了您的账号：注销已停止，您的链接重新产生佣金。如果您仍想离开，请再次申请注销。",
        "查看账号",
    ),
    "closing_done": Wording(
        "您的账号已注销",
        "您在{program}的账号已于{at}注销，您的姓名、地址、收款账户和登录方式均已删除，包括本邮箱地址。"
        "这是我们发给您的最后一封邮件。感谢您一直以来的付出。",
    ),
    "page_approved": Wording(
        "您的主页已公开",
        "您提交的主页现在所有人都能看到了。分享它的网址或二维码吧。",
        "打开您的主页",
    ),
    "page_rejected": Wording(
        "您的主页未通过审核",
        "您提交的版本不会展示；之前已公开的版本保持不变。请修改后重新提交。",
        "修改主页",
        also={"reason": "原因：{reason}"},
    ),
    "page_taken_down": Wording(
        "您的主页已被下架",
        "您的主页不再公开。请修改后重新提交；如不清楚原因，请与我们联系。",
        "修改主页",
        also={"reason": "原因：{reason}"},
    ),
    "first_sale": Wording(
        "恭喜，您的第一单！",
        "有人通过您的链接下单：订单 {order_number} 在交付并过了冻结期后，预计为您带来 {amount}。",
        "查看订单",
    ),
    "sale": Wording(
        "新订单：{amount}",
        "订单 {order_number} 在交付并过了冻结期后，预计为您带来 {amount}。",
        "查看订单",
        many=("{count} 笔新订单：{amount}", "合计预计为您带来 {amount}。"),
    ),
    "commission_released": Wording(
        "{amount} 已解冻",
        "{amount} 的冻结期已结束，将计入下一次结算。",
        "查看收益",
        many=("{amount} 已解冻", "{amount} 的冻结期已结束，将计入下一次结算。"),
    ),
    "settled": Wording(
        "第 {number} 期结算单：{amount}",
        "第 {number} 期结算单已生成，入账 {amount}；当前可用余额 {available}。",
        "查看结算单",
    ),
    "settled_down": Wording(
        "第 {number} 期结算单：{amount}",
        "部分已结算的订单发生了退货：第 {number} 期结算单从余额中扣除 {taken}，当前可用余额 {available}。",
        "查看结算单",
    ),
    "settled_into_debt": Wording(
        "第 {number} 期结算单：欠款 {debt}",
        "部分已结算的订单发生了退货。第 {number} 期结算后您欠款 {debt}，将从之后的佣金中扣除，您无需操作。",
        "查看结算单",
    ),
    "adjusted_up": Wording(
        "已为您入账 {amount}",
        "您的余额经人工更正，增加 {amount}。原因见收益页面。",
        "查看更正",
    ),
    "adjusted_down": Wording(
        "已扣除 {amount}",
        "您的余额经人工更正，减少 {amount}。原因见收益页面。",
        "查看更正",
        also={"debt": "您目前欠款 {debt}，将从之后的佣金中扣除。"},
    ),
    "withdrawal_approved": Wording("您的提现已批准", "{amount} 正在支付给您。", _PAYMENT),
    "withdrawal_confirm": Wording(
        "请确认收款 {amount}",
        "您的提现已就绪，确认收款后即可到账；逾期未确认的款项将退回余额。",
        _PAYMENT,
        also={"by_wechat": "请在一天内用手机微信打开并确认收款。"},
    ),
    "withdrawal_paid": Wording(
        "{amount} 已打款",
        "您的提现已打款。",
        _PAYMENT,
        also={
            "by_manual": _BANK,
            "by_sepa": _BANK,
            "by_wechat": "款项已存入您的微信零钱。",
            "by_paypal": "款项已存入您的 PayPal 账户。",
            "by_stripe": "款项已存入您的 Stripe 账户，随后转入您的银行账户。",
            "by_saleor_gift_card": "礼品卡将通过邮件发送给您。",
            "reference": "参考号：{reference}",
        },
    ),
    "withdrawal_rejected": Wording(
        "您的提现未获批准",
        "您申请的 {amount} 已退回余额。",
        _PAYMENT,
        also={"reason": "原因：{reason}"},
    ),
    "withdrawal_failed": Wording(
        "您的提现未能支付",
        "{amount} 已退回余额。请核对收款账户后重新申请。",
        _PAYMENT,
        also={"by_wechat": "一天内未确认收款的转账会被微信支付关闭。"},
    ),
    "method_added": Wording(
        "新增收款账户",
        "{at}，您在{program}的账号新增了一个收款账户：{label}。",
        "打开账号设置",
        also={"cooling_until": "{cooling_until}之前，款项不会打到该收款账户。"},
    ),
    "method_removed": Wording(
        "收款账户已删除",
        "{at}，您在{program}的账号删除了这个收款账户：{label}。",
        "打开账号设置",
    ),
    "method_used": Wording(
        "首次提现到 {label}",
        "{at}申请了提现 {amount}，收款账户此前从未收过款：{label}。",
        _PAYMENT,
    ),
    "email_changed": Wording(
        "您的邮箱已更换",
        "自{at}起，这是您在{program}的账号邮箱：请用它登录，邮件也会发送到这里。所有设备均已退出登录。",
        "打开账号设置",
    ),
    "email_changed_old": Wording(
        "您的邮箱已更换",
        "自{at}起，您在{program}的账号使用新的邮箱：{email}。这是发往本邮箱的最后一封邮件。"
        "如果不是您本人操作，请立即与我们联系。",
    ),
    "data_ready": Wording(
        "您的数据副本已生成",
        "您申请的全部个人信息副本已生成，可在{until}之前下载；下载前我们会再次确认是您本人。",
        "前往下载",
    ),
    "password_changed": Wording(
        "您的密码已更改",
        "自{at}起，您在{program}的账号使用新密码。其他设备均已退出登录。",
        _SECURITY,
    ),
    "factor_enable": Wording(
        "两步登录已开启",
        "自{at}起，您在{program}的账号登录时除密码外还需要验证器应用中的验证码。您的其他设备均已退出登录。"
        "请将恢复码保存在没有手机也能找到的地方。",
        _SECURITY,
    ),
    "factor_disable": Wording("两步登录已关闭", "自{at}起，您在{program}的账号登录时只需要密码。", _SECURITY),
    "factor_renew_codes": Wording(
        "恢复码已更新",
        "{at}，您在{program}的账号生成了新的恢复码，原有恢复码已失效。",
        _SECURITY,
    ),
    "factor_reset": Wording(
        "您账号的两步登录已被解除",
        "{at}，{program}的管理人员解除了您账号的两步登录，您已在所有设备上退出登录。请用密码登录并重新设置。",
        _SECURITY,
    ),
    "factor_recovery": Wording(
        "有恢复码被使用",
        "{at}，您在{program}的一个恢复码代替验证器应用完成了验证，该恢复码已失效。",
        _SECURITY,
    ),
    "factor_guessing": Wording(
        "有人输入错误验证码",
        "{at}，有人知道您在{program}的账号密码，并多次输入错误的验证码。系统将暂停接受验证码一段时间。",
        _SECURITY,
    ),
    "passkey_added": Wording(
        "您的账号添加了通行密钥",
        "自{at}起，您在{program}的账号可以使用新的通行密钥登录，无需密码。",
        _SECURITY,
    ),
    "passkey_removed": Wording(
        "您账号的一个通行密钥已被移除",
        "{at}，您在{program}的账号移除了一个通行密钥，该密钥已无法登录。",
        _SECURITY,
    ),
    "passkey_copied": Wording(
        "您账号的通行密钥可能已被复制",
        "{at}，有人使用了您在{program}的账号的通行密钥，该密钥疑似被复制，系统未予登录。请移除该密钥并重新添加。",
        _SECURITY,
    ),
    "friend_joined": Wording(
        "{name} 加入了您的团队",
        "{name} 通过您加入了{program}。告诉对方您当初是怎么开始的，最有帮助。",
        "查看团队",
        many=("{count} 人加入了您的团队", "团队新成员：{names}。"),
    ),
    "friend_first_sale": Wording(
        "{name} 完成了第一单",
        "通过 {name} 的链接产生的第一笔订单已付款。祝贺两位！",
        "查看团队",
        many=("团队中 {count} 人完成了第一单", "完成第一单的成员：{names}。"),
    ),
    "new_products": Wording("新品上架：{products}", "商店刚刚上架：{products}。抢先分享吧。", "生成链接"),
    "announcement": Wording("{title}", "{text}", "查看详情"),
    "confirm_email": Wording(
        "请确认您在{program}的邮箱",
        "感谢您的申请。请确认您的邮箱地址，按钮七天内有效。如果不是您本人申请，请忽略此邮件，不会有任何影响。",
        "确认邮箱",
    ),
    "already_member": Wording(
        "您已是{program}的成员",
        "有人（可能是您本人）用您的邮箱提交了申请，但您已有账号。请直接登录，或在登录页重置密码。",
        "登录",
    ),
    "connect_login": Wording(
        "要把这个登录方式绑定到{program}吗？",
        "有人（可能是您本人）使用{way}登录，其邮箱为 {login}，而您在这里已有账号。"
        "如果两者都是您的，请点击按钮绑定，半小时内有效。"
        "如果不是您本人操作，无需理会，任何人都无法进入您的账号。",
        "确认绑定",
    ),
    "email_change_old": Wording(
        "{program}：更换邮箱",
        "有人登录了您的账号，希望把邮箱改为 {wanted}。如果是您本人，请在两天内同意。"
        "如果不是您本人操作，也请打开页面并中止更改，然后设置新密码。",
        "查看",
    ),
    "email_change_new": Wording(
        "{program}：更换邮箱",
        "您希望把账号的邮箱改为 {wanted}，请在两天内同意。旧邮箱的邮件也确认后才会更改。"
        "如果您对此不知情，请忽略此邮件。",
        "同意",
    ),
    "reset_password": Wording(
        "重置您在{program}的密码",
        "点击按钮设置新密码，一小时内有效，仅可使用一次。如果不是您本人操作，请忽略此邮件，密码不会改变。",
        "设置新密码",
    ),
    "withdrawals_overdue": Wording(
        "{count} 笔提现已逾期",
        "以下提现已超过承诺的处理时间。每笔只通知一次。",
        "查看提现",
        also={"overdue": "{overdue}"},
        each="{amount}，{requested}申请，承诺不晚于{due}",
    ),
    "invitation": Wording(
        "{program}邀请您加入",
        "推荐您喜欢的商品，朋友购买，您得佣金。免费加入，无需囤货。邀请在{expires}前有效。",
        "了解详情",
        also={"words": "“{words}”"},
    ),
}

LANGUAGE = Language(
    kinds=KINDS,
    topics={
        "sales": ("订单", "有人通过您的链接下单。"),
        "team": ("团队", "有人通过您加入，或完成了第一单。"),
        "commission": ("佣金解冻", "订单的冻结期已结束。"),
        "settlements": ("结算单", "您的佣金已结算。"),
        "news": ("公告", "计划的消息与活动。"),
        "products": ("新品", "有新商品可以分享。"),
        "withdrawals": ("提现", "批准、待确认收款、打款或退回。"),
        "corrections": ("更正", "余额被更正，或变为欠款。"),
        "account": ("成员资格", "通过、暂停、终止，以及主页的审核结果。"),
        "security": ("安全", "密码、设备和收款账户。"),
    },
    hello="{name}，您好：",
    hello_stranger="您好：",
    not_you="如果不是您本人操作，请立即设置新密码，并与我们联系。",
    why_invited="您收到此邮件，是因为{company}邀请了您。",
    why="您收到此邮件，是因为您参加了{program}。",
    choose="选择接收哪些通知",
    not_again="不再邀请我",
    unsubscribe="不再接收关于“{topic}”的邮件",
    names_between="、",
)
