"""`provident backup` and `provident restore`."""

from pathlib import Path
from typing import Annotated

import typer

from provident.cli.installation import acting, installation, own_server
from provident.cli.language import told
from provident.cli.session import Session, command
from provident.host import backup as backups
from provident.host import safety

_PARTS = {
    "verify": ("Verifying the backup …", "正在校验备份……"),
    "database": ("The database …", "数据库……"),
    "originals": ("Filed originals …", "申报原件……"),
    "secrets": ("Keys …", "密钥……"),
}
_TARGET = typer.Argument(help=told("Directory to make; it must not exist.", "要创建的目录，不得已存在。"))
_SOURCE = typer.Argument(help=told("Directory that backup made.", "由 backup 生成的目录。"))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    about = told("Write the whole installation to a directory.", "将整个系统备份到一个目录。")
    command(app, "backup", help=about)(backup)
    about = told("Make a backup the installation of an empty state directory.", "将备份恢复到空的数据目录。")
    command(app, "restore", help=about)(restore)


def backup(session: Session, into: Annotated[Path, _TARGET]) -> None:
    """Write the database, filed originals and keys; complete, or not at all.

    It takes in everybody's record, so everybody finds it in the log of who looked.
    """
    with installation(session) as found:
        from provident.access.catalogue import catalogue
        from provident.access.door import open_run

        fields = catalogue().purposes["backup"].fields
        with open_run(by=acting(session), purpose="backup", fields=fields, system="cli"):
            pass  # the look is committed before anything is read
        made = backups.backup(
            state=session.state,
            url=found.dump_url,
            into=into.expanduser().absolute(),
            progress=lambda part: session.say(*_PARTS[part]),
        )
    sentence = session.text(
        f"Backed up to {made.path}: {made.files} files, {made.bytes} bytes.",
        f"已备份到 {made.path}：{made.files} 个文件，{made.bytes} 字节。",
    )
    session.answer(
        _document(made),
        sentence,
        session.text(
            f"SHA-256 of its manifest: {made.manifest_sha256}. Keep it elsewhere. "
            "The backup holds personal data and keys: encrypt it before it leaves this machine.",
            f"清单的 SHA-256：{made.manifest_sha256}，请另行保存。备份含个人信息和密钥：移出本机前请加密。",
        ),
    )


def restore(session: Session, path: Annotated[Path, _SOURCE]) -> None:
    """Verify every hash, then restore; an installation that is there is never touched."""
    addresses = own_server()
    source = path.expanduser().absolute()

    def progress(part: str) -> None:
        session.say(*_PARTS[part])

    if addresses:
        safety.require_safe(*addresses)
        done = backups.restore_elsewhere(
            path=source, state=session.state, owner_url=addresses[1], progress=progress
        )
    else:
        done = backups.restore_embedded(path=source, state=session.state, progress=progress)
    session.answer(
        _document(done),
        session.text(
            f"Restored the backup of {done.made_at} to {session.state.directory}.",
            f"已将 {done.made_at} 的备份恢复到 {session.state.directory}。",
        ),
    )


def _document(made: backups.Backup) -> dict[str, object]:
    return {
        "path": str(made.path),
        "made_at": made.made_at,
        "version": made.version,
        "files": made.files,
        "bytes": made.bytes,
        "manifest_sha256": made.manifest_sha256,
    }
