"""Whether a mail really is from its From, as a trusted server wrote it down (SAFETY R23, RFC 8601, RFC 7489)."""

import re
from dataclasses import dataclass, field
from typing import Literal

from vastine.core.mail import Mail
from vastine.core.parse.addresses import bare_address

_LONGEST = 20_000
_MOST_NAMED = 5
_METHOD = re.compile(r"\s*([A-Za-z][\w-]{0,40})(?:\s*/\s*\d{1,3})?\s*=\s*([A-Za-z]{1,20})")
_PROPERTY = re.compile(r"\b([a-z]{1,20}\.[\w-]{1,40})\s*=\s*(\"[^\"]{0,320}\"|[^\s;()]{1,320})", re.IGNORECASE)
_STRICT_POLICY = re.compile(
    r"\bp\s*=\s*(?:reject|quarantine)\b|\b(?:policy\.dmarc|header\.policy|action)\s*=\s*\"?(?:reject|quarantine|o?reject)\b",
    re.IGNORECASE,
)
# What a server says of itself, comments taken out (RFC 5321 section 4.4): who took the mail, and by which protocol.
# What follows may be the sender's words: a recipient in quotes may say anything.
_BY = re.compile(r"\bby\s+([\w.-]{1,255})(?:\s+via\s+\S{1,40})?(?:\s+with\s+([\w-]{1,40}))?", re.IGNORECASE)
_SUBMITTED = re.compile(r"(?:UTF8)?(?:E?SMTPS?A|LMTPS?A)", re.IGNORECASE)
_HANDED_OVER = re.compile(r"(?:UTF8)?LMTPS?", re.IGNORECASE)
# The name and address that the server itself saw stand in the comment; the word before it is what it was greeted with.
_FROM = re.compile(r"\s*from\s+\S{1,255}\s+\((?:([\w.-]{1,255})\s+)?\[(?:IPv6:)?([\da-f:.]{2,45})\]\)", re.IGNORECASE)
_LOOPBACK = re.compile(r"127(?:\.\d{1,3}){3}|::1")


Method = Literal["none", "authserv-id", "microsoft365", "dkim"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How one mailbox knows a mail's author. `internal` are hosts that vouch for mail of our own domains.

    `own_domains` are in lower case; without any, a host vouches for the domain that it is itself in.
    """

    method: Method = "none"
    authserv_id: str = ""
    internal: tuple[str, ...] = ()
    own_domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """`verified`: From is true. `rejected`: it is false by its domain's own policy. `reason` is a sentence.

    `strangers` are the servers whose results the mail carries, where it carries none of ours.
    """

    verified: bool
    reason: str
    rejected: bool = False
    strangers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    method: str
    result: str
    properties: dict[str, str] = field(default_factory=dict)
    written: str = ""


def authenticate(mail: Mail, *, policy: Policy, signed_by: tuple[str, ...] = ()) -> Authentication:
    """Whether the one address in From is who sent the mail, by the word of the source that the policy trusts.

    That is the topmost Authentication-Results of ours, one further down or with another authserv-id having been there
    before our server saw the mail; or, with the method dkim, `signed_by`: the domains whose signature we found to hold.
    """
    if policy.method == "none":
        return Authentication(verified=False, reason="authentication is switched off")
    if mail.sender is None:
        return _nobody(mail, policy)
    domain = mail.sender.address.rpartition("@")[2]
    vouched = _vouched_by_internal(mail, domain, policy) or _vouched_by_exchange(mail, domain, policy)
    if vouched:
        return Authentication(verified=True, reason=vouched)
    if policy.method == "dkim":
        return _signed(signed_by, domain)
    trusted = _trusted(mail, policy)
    if trusted is None:
        whose = "Exchange" if policy.method == "microsoft365" else policy.authserv_id or "ours"
        strangers = _identities(mail) if policy.method == "authserv-id" else ()
        saw = f" (saw {', '.join(strangers)})" if strangers else ""
        return Authentication(verified=False, reason=f"no Authentication-Results of {whose}{saw}", strangers=strangers)
    return _judged(trusted, domain)


def _nobody(mail: Mail, policy: Policy) -> Authentication:
    """From does not name exactly one address: that proves nothing, but the trusted results may say that it is false."""
    results = _trusted(mail, policy) or ()
    return Authentication(
        verified=False,
        rejected=any(each.method == "dmarc" and _is_rejected(each) for each in results),
        reason="From does not name exactly one address",
    )


def _trusted(mail: Mail, policy: Policy) -> tuple[_Result, ...] | None:
    """The results that the policy believes, None where there are none."""
    if policy.method == "microsoft365":
        return _topmost_of_exchange(mail)
    return _topmost(mail, policy.authserv_id) if policy.method == "authserv-id" else None


def _is_rejected(dmarc: _Result) -> bool:
    return dmarc.result == "fail" and bool(_STRICT_POLICY.search(dmarc.written))


def _signed(signed_by: tuple[str, ...], domain: str) -> Authentication:
    proven = next((each for each in signed_by if aligned(each, domain)), None)
    if proven is not None:
        return Authentication(verified=True, reason=f"it is signed by {proven}")
    return Authentication(verified=False, reason=f"no signature of {domain} holds")


def _judged(results: tuple[_Result, ...], domain: str) -> Authentication:
    dmarc = next((result for result in results if result.method == "dmarc"), None)
    if dmarc and dmarc.result == "pass" and aligned(dmarc.properties.get("header.from", domain), domain):
        return Authentication(verified=True, reason="dmarc=pass")
    if dmarc and dmarc.result == "fail":
        strict = _is_rejected(dmarc)
        return Authentication(
            verified=False, rejected=strict, reason="dmarc=fail" + (" under a policy of rejection" if strict else "")
        )
    for result in results:
        proven = _proven_domain(result)
        if proven and aligned(proven, domain):
            return Authentication(verified=True, reason=f"{result.method}=pass for {proven}")
    return Authentication(verified=False, reason=f"neither dmarc, dkim nor spf passed for {domain}")


def _proven_domain(result: _Result) -> str:
    if result.result != "pass":
        return ""
    if result.method == "dkim":
        identity = result.properties.get("header.d") or result.properties.get("header.i", "").rpartition("@")[2]
        return identity.lower().rstrip(".")
    if result.method == "spf":
        sender = result.properties.get("smtp.mailfrom", "")
        return (bare_address(sender) or sender).rpartition("@")[2].lower().rstrip(".")
    return ""


_NEEDS_CARE = re.compile(r'["()\\]')


def aligned(proven: str, domain: str) -> bool:
    """Whether a proven domain may speak for another: RFC 7489 section 3.1, without the list of public suffixes."""
    # Equal, or one the parent of the other. A parent must have a dot, or the whole of a top-level domain would vouch
    # for everybody in it.
    one, other = proven.lower().strip('".'), domain.lower().strip(".")
    if one == other:
        return bool(one)
    return (other.endswith(f".{one}") and "." in one) or (one.endswith(f".{other}") and "." in other)


def _topmost(mail: Mail, authserv_id: str) -> tuple[_Result, ...] | None:
    if not authserv_id:
        return None
    for name, value in mail.headers:
        if name.lower() == "authentication-results":
            identity, results = _read(value[:_LONGEST])
            if identity == authserv_id.lower():
                return results
    return None


def _identities(mail: Mail) -> tuple[str, ...]:
    """The servers whose results the mail carries, each once; of very many the topmost."""
    found = (_read(value[:_LONGEST])[0][:100] for value in mail.fields("authentication-results"))
    return tuple(dict.fromkeys(each for each in found if each))[:_MOST_NAMED]


def _topmost_of_exchange(mail: Mail) -> tuple[_Result, ...] | None:
    """Exchange Online writes its results on top and names no server; a name there means that they are another's."""
    value = mail.field("authentication-results")
    if value is None:
        return None
    parts = _split(value[:_LONGEST])
    if not _METHOD.match(parts[0][0]):
        return None
    return tuple(result for bare, written in parts if (result := _result(bare, written)))


def _vouched_by_exchange(mail: Mail, domain: str, policy: Policy) -> str | None:
    """Mail inside one organisation passes no check that could be written down, but who sent it had logged in.

    Exchange takes this field off everything that comes from outside.
    """
    if policy.method != "microsoft365" or domain not in policy.own_domains:
        return None
    said = {value.strip().lower() for value in mail.fields("x-ms-exchange-organization-authas")}
    return "Exchange took it from a user of the organisation" if said == {"internal"} else None


def _read(value: str) -> tuple[str, tuple[_Result, ...]]:
    """RFC 8601 section 2.2, tolerantly: the authserv-id and the results."""
    first, *rest = _split(value)
    identity = first[0].split()
    return (identity[0].lower().strip('"') if identity else ""), tuple(
        result for bare, written in rest if (result := _result(bare, written))
    )


def _result(bare: str, written: str) -> _Result | None:
    method = _METHOD.match(bare)
    if method is None:
        return None
    properties: dict[str, str] = {}
    for match in _PROPERTY.finditer(bare, method.end()):
        properties.setdefault(match[1].lower(), match[2].strip('"'))
    return _Result(method=method[1].lower(), result=method[2].lower(), properties=properties, written=written)


def _split(value: str) -> list[tuple[str, str]]:
    """The parts between semicolons, each without and with its comments; both respect quotes and nesting."""
    if not _NEEDS_CARE.search(value):
        return [(part, part) for part in value.split(";")]
    parts: list[tuple[str, str]] = []
    bare: list[str] = []
    start, depth, quoted, escaped = 0, 0, False, False
    for position, letter in enumerate(value):
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == '"' and not depth:
            quoted = not quoted
        elif not quoted and letter == "(":
            depth += 1
        elif not quoted and letter == ")" and depth:
            depth -= 1
            continue
        elif not quoted and not depth and letter == ";":
            parts.append(("".join(bare), value[start:position]))
            bare, start = [], position + 1
            continue
        if not depth:
            bare.append(letter)
    return [*parts, ("".join(bare), value[start:])]


def _vouched_by_internal(mail: Mail, domain: str, policy: Policy) -> str | None:
    # Only the topmost Received lines are written by servers of ours: as soon as one names another host, or says that
    # a host took the mail from anybody but another of ours, all below it may be forged.
    hosts = {host.lower().rstrip(".") for host in policy.internal}
    if not hosts or (policy.own_domains and domain not in policy.own_domains):
        return None
    for value in mail.fields("received"):
        by = _BY.search(_split(value[:_LONGEST])[0][0])
        if by is None or by[1].lower().rstrip(".") not in hosts:
            return None
        if not policy.own_domains and not aligned(by[1], domain):
            return None
        protocol = by[2] or ""
        if _SUBMITTED.fullmatch(protocol):
            return f"{by[1].lower()} took it from a user who had logged in"
        if not _HANDED_OVER.fullmatch(protocol) and not _is_from_ours(value, hosts):
            return None
    return None


def _is_from_ours(received: str, hosts: set[str]) -> bool:
    """Whether a host took the mail from itself, such as back from a scanner, or from another of `hosts`."""
    found = _FROM.match(received)
    if found is None:
        return False
    return bool(_LOOPBACK.fullmatch(found[2])) or (found[1] or "").lower().rstrip(".") in hosts
