"""What the API server's versions judge or word differently in a NetworkPolicy.

Recorded with 1.35.4 and 1.37.2 (../shared/apiserver/differences_1.37.2.jsonl); the sources agree
(k8s.io/apimachinery pkg/util/validation/ip.go; feature gate StrictIPCIDRValidation).
"""

from dataclasses import dataclass
from typing import Literal

Version = Literal["1.35", "1.37"]


@dataclass(frozen=True, slots=True)
class ApiServer:
    """One version's ways; what all versions share is not here."""

    #: A CIDR with host bits, leading zeros or a mapped address is refused, not warned of.
    strict_cidrs: bool = False
    #: A fault of `endPort` shows endPort's own value; before, it showed that of `port`.
    shows_end_port: bool = False


#: The one that everything was recorded with, and that is asked where nothing else is said.
DEFAULT_VERSION: Version = "1.35"
API_SERVERS: dict[Version, ApiServer] = {
    "1.35": ApiServer(),
    "1.37": ApiServer(strict_cidrs=True, shows_end_port=True),
}
