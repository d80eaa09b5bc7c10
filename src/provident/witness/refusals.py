"""What the witness refuses its operator. What it answers to logs is in `protocol`.

Refusal
├── WitnessMissing     witness.missing
├── WitnessNamed       witness.named
├── WitnessKeyOpen     witness.key_open
├── WitnessDamaged     witness.damaged
├── LogKeyUnfit        witness.log_key_unfit
└── ListenUnfit        witness.listen_unfit
"""

from provident.kernel.refusal import Refusal


class WitnessMissing(Refusal):
    """There is no witness in the directory, and nobody asked for a new one."""

    code = "witness.missing"
    en = "There is no witness in {path}."
    zh = "{path} 中没有见证方。"
    remedy_en = "Name its directory with --dir. To make a new witness, run provident witness --dir DIR first."
    remedy_zh = "请用 --dir 指定其目录。如需新建见证方，请先运行 provident witness --dir DIR。"


class WitnessNamed(Refusal):
    """A witness keeps its name: it is part of its key."""

    code = "witness.named"
    en = "The witness in {path} is named {found}, not {wanted}."
    zh = "{path} 中的见证方名为 {found}，而非 {wanted}。"
    remedy_en = "Leave --name out, or give the other witness a directory of its own."
    remedy_zh = "请去掉 --name，或为另一见证方单独指定目录。"


class WitnessKeyOpen(Refusal):
    """A key that others can read is no key."""

    code = "witness.key_open"
    en = "Other users of this machine can read the witness's key {path}."
    zh = "本机其他用户可以读取见证方密钥 {path}。"
    remedy_en = (
        "Run chmod 600 {path} if you are sure that nobody has read it; "
        "else make a new witness and retire this one."
    )
    remedy_zh = "如确信无人读取过，请运行 chmod 600 {path}；否则请新建见证方并停用本见证方。"


class WitnessDamaged(Refusal):
    """What the witness remembers cannot be read; it must not begin again by itself."""

    code = "witness.damaged"
    en = "What the witness keeps in {path} cannot be used: {reason}."
    zh = "见证方保存在 {path} 的内容无法使用：{reason}。"
    remedy_en = (
        "Nothing is co-signed meanwhile. Bring the file back from where it was kept; a witness that "
        "forgets has to be retired and replaced under another key."
    )
    remedy_zh = "在此期间不再联署。请从留存处恢复该文件；失去记忆的见证方须停用，并以新密钥另立。"


class LogKeyUnfit(Refusal):
    """The operator named a log or a key that cannot be one."""

    code = "witness.log_key_unfit"
    en = "{given} cannot be trusted as a key of a log: {reason}."
    zh = "无法将 {given} 作为日志密钥予以信任：{reason}。"
    remedy_en = (
        "Copy the origin and the verifier key from the log's own page /log/<log>/keys, on a way you trust."
    )
    remedy_zh = "请通过可信途径，从日志的 /log/<log>/keys 页面抄录来源名和验证密钥。"


class ListenUnfit(Refusal):
    """The witness cannot listen there."""

    code = "witness.listen_unfit"
    en = "The witness cannot listen on {given}: {reason}."
    zh = "见证方无法在 {given} 监听：{reason}。"
    remedy_en = "Give --listen as HOST:PORT, e.g. 127.0.0.1:8440, with a port nobody else uses."
    remedy_zh = "请填写 --listen，格式为主机、半角冒号、端口，例如 127.0.0.1:8440，并选用未被占用的端口。"
