"""What the interface itself refuses, before any act is called. `status` is the HTTP status of the answer.

Refusal
└── ApiRefusal
    ├── Malformed         api.malformed
    ├── NoToken           api.no_token
    ├── ScopeMissing      api.scope_missing
    ├── RoleGone          api.role_gone
    ├── NotThere          api.not_there
    ├── MethodNotAllowed  api.method_not_allowed
    ├── NotUnderstood     api.not_understood
    └── Broken            api.broken
"""

from typing import ClassVar

from provident.kernel.refusal import Refusal


class ApiRefusal(Refusal):
    """A request that reaches no act."""

    status: ClassVar[int] = 400


class Malformed(ApiRefusal):
    """A body that is not what its type says."""

    status = 400
    code = "api.malformed"
    en = "The body of the request cannot be read."
    zh = "无法读取请求正文。"
    remedy_en = "Send the file as multipart/form-data in the field `file`, as in docs/guide/using-the-api.md."
    remedy_zh = "请以 multipart/form-data 在字段 file 中发送文件，见 docs/guide/using-the-api.md。"


class NoToken(ApiRefusal):
    """No token, or one that is unknown, ended or has run out: all alike."""

    status = 401
    code = "api.no_token"
    en = "The request carries no token that is good now."
    zh = "请求未附有效令牌。"
    remedy_en = "Make a token on the page Tokens and send it as `Authorization: Bearer TOKEN`."
    remedy_zh = "请在“令牌”页面生成令牌，并以 Authorization: Bearer 令牌 的形式发送。"


class ScopeMissing(ApiRefusal):
    """The token is good, but not for this."""

    status = 403
    code = "api.scope_missing"
    en = "The token was not made for this: it lacks `{scope}`."
    zh = "该令牌没有此项权限：缺少 {scope}。"
    remedy_en = "Make a token with this permission."
    remedy_zh = "请生成具有该权限的令牌。"


class RoleGone(ApiRefusal):
    """The account no longer holds the role it had when the token was made."""

    status = 403
    code = "api.role_gone"
    en = "The token's account no longer holds a role for this."
    zh = "令牌所属账户已不具有相应角色。"
    remedy_en = "Ask the administrator whether the role has expired."
    remedy_zh = "请向系统管理员确认该角色是否已到期。"


class NotThere(ApiRefusal):
    """No such address or thing, or none that is open to the token: all alike."""

    status = 404
    code = "api.not_there"
    en = "There is nothing here, or nothing that is open to you."
    zh = "此处没有内容，或内容不对您开放。"
    remedy_en = "Check the address; /api/v1/openapi.json lists every one."
    remedy_zh = "请核对地址；/api/v1/openapi.json 列出全部地址。"


class MethodNotAllowed(ApiRefusal):
    """The address is there, for other methods."""

    status = 405
    code = "api.method_not_allowed"
    en = "This address does not take this method."
    zh = "该地址不支持此方法。"
    remedy_en = "Use one of the methods in the header Allow."
    remedy_zh = "请使用 Allow 标头所列的方法。"


class NotUnderstood(ApiRefusal):
    """Something in the address or the form is not of the kind it should be."""

    status = 422
    code = "api.not_understood"
    en = "The request was not understood: {reason}."
    zh = "无法理解该请求：{reason}。"
    remedy_en = "Compare it with the description at /api/v1/openapi.json."
    remedy_zh = "请对照 /api/v1/openapi.json 中的描述。"


class Broken(ApiRefusal):
    """An error nobody foresaw."""

    status = 500
    code = "api.broken"
    en = "Something went wrong that should not have. Nothing half done was kept."
    zh = "发生了意外错误。未保留任何未完成的操作。"
    remedy_en = "Try again; if it goes on, tell the operator when it happened."
    remedy_zh = "请重试；如仍出现，请将发生时间告知运维人员。"
