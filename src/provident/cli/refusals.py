"""What the command line itself refuses.

Refusal
├── Unexpected            cli.unexpected
├── WronglyCalled         cli.wrongly_called
├── UnknownActor          cli.unknown_actor
├── AgencyUnknown         cli.agency_unknown
├── PortTaken             cli.port_taken
├── SampleInProduction    cli.sample_in_production
├── SampleHalfLoaded      cli.sample_half_loaded
├── KeptStopping          cli.kept_stopping
└── NoOlderCheckpoint     cli.no_older_checkpoint
"""

from provident.kernel.refusal import Refusal


class Unexpected(Refusal):
    """An error nobody foresaw."""

    code = "cli.unexpected"
    en = "Something went wrong that should not have: {error}. Nothing half done was kept."
    zh = "发生了意外错误：{error}。未保留任何未完成的操作。"
    remedy_en = "Details are in {log}; send that file to whoever maintains this installation."
    remedy_zh = "详情见 {log}；请将该文件交给系统维护人员。"


class WronglyCalled(Refusal):
    """The command or its options do not exist or do not fit."""

    code = "cli.wrongly_called"
    en = "The command was not understood: {reason}"
    zh = "无法识别该命令：{reason}"
    remedy_en = "Run provident --help, or the command with --help."
    remedy_zh = "请运行 provident --help，或在命令后加 --help。"


class UnknownActor(Refusal):
    """No such account."""

    code = "cli.unknown_actor"
    en = "There is no open account {actor}."
    zh = "不存在有效账户 {actor}。"
    remedy_en = "Run provident user list for the accounts there are."
    remedy_zh = "请运行 provident user list 查看现有账户。"


class AgencyUnknown(Refusal):
    """Nothing is kept for nobody."""

    code = "cli.agency_unknown"
    en = "Nobody has said which agency this installation serves."
    zh = "尚未登记本系统所服务的经办机构。"
    remedy_en = "Run provident agency --name-en NAME --name-zh NAME --region CODE first."
    remedy_zh = "请先运行 provident agency --name-en 英文名称 --name-zh 中文名称 --region 地区代码。"


class PortTaken(Refusal):
    """Somebody else listens there."""

    code = "cli.port_taken"
    en = "Port {port} on {host} cannot be used: {reason}."
    zh = "无法使用 {host} 的端口 {port}：{reason}。"
    remedy_en = "Choose another with --port, or stop the program that uses it."
    remedy_zh = "请用 --port 指定其他端口，或停止占用该端口的程序。"


class SampleInProduction(Refusal):
    """Sample accounts sign in without a password."""

    code = "cli.sample_in_production"
    en = "Production mode does not start with the sample region: its accounts need no password."
    zh = "生产模式不能启动示例地区：示例账户登录无需密码。"
    remedy_en = (
        "Add --no-sample and use an empty --data directory, or leave PROVIDENT_MODE unset to try things."
    )
    remedy_zh = "请加 --no-sample 并使用空的 --data 目录；如仅试用，请勿设置 PROVIDENT_MODE。"


class SampleHalfLoaded(Refusal):
    """Loading was cut off, or is still going on."""

    code = "cli.sample_half_loaded"
    en = "The sample region in {path} is only half loaded."
    zh = "{path} 中的示例地区尚未载入完成。"
    remedy_en = (
        "If provident up is running, wait for it. Else run provident up, which starts the sample over; with "
        "a database server of your own, empty the database first and delete sample.loading."
    )
    remedy_zh = (
        "如 provident up 正在运行，请等待完成。否则请运行 provident up 重新载入；若使用自有数据库服务器，"
        "请先清空数据库并删除 sample.loading。"
    )


class KeptStopping(Refusal):
    """A part does not stay up."""

    code = "cli.kept_stopping"
    en = "{part} keeps stopping."
    zh = "{part} 反复停止。"
    remedy_en = "Read {log}, then run provident doctor."
    remedy_zh = "请查看 {log}，然后运行 provident doctor。"


class NoOlderCheckpoint(Refusal):
    """The file to hold the log against is no checkpoint and no receipt."""

    code = "cli.no_older_checkpoint"
    en = "{path} holds no checkpoint: {reason}"
    zh = "{path} 中没有检查点：{reason_zh}"
    remedy_en = "Name a checkpoint file of a published log or export, or a receipt."
    remedy_zh = "请指定已公开日志或导出中的检查点文件，或一份回执。"
