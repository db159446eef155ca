"""What `kubectl explain` says of a NetworkPolicy: the API server's own descriptions, v1.35.

Recorded in ../shared/apiserver/kubectl.jsonl; Kubernetes' texts are under the Apache licence 2.0.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its type (`[]` before a list's), what it says, and the values that it may have."""

    name: str
    type: str
    text: str
    required: bool = False
    enum: str = ""


@dataclass(frozen=True, slots=True)
class Type:
    """A type: what it says and its fields; without fields it is plain."""

    text: str
    fields: tuple[Field, ...] = ()


TYPES = {
    "NetworkPolicy": Type(
        "NetworkPolicy describes what network traffic is allowed for a set of Pods",
        (
            Field(
                "apiVersion",
                "string",
                "APIVersion defines the versioned schema of this representation of an object."
                " Servers should convert recognized schemas to the latest internal value, and"
                " may reject unrecognized values. More info: "
                "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources",
            ),
            Field(
                "kind",
                "string",
                "Kind is a string value representing the REST resource this object "
                "represents. Servers may infer this from the endpoint the client submits "
                "requests to. Cannot be updated. In CamelCase. More info: "
                "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds",
            ),
            Field(
                "metadata",
                "ObjectMeta",
                "Standard object's metadata. More info: "
                "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
            ),
            Field(
                "spec",
                "NetworkPolicySpec",
                "spec represents the specification of the desired behavior for this NetworkPolicy.",
            ),
        ),
    ),
    "NetworkPolicySpec": Type(
        "NetworkPolicySpec provides the specification of a NetworkPolicy",
        (
            Field(
                "egress",
                "[]NetworkPolicyEgressRule",
                "egress is a list of egress rules to be applied to the selected pods. "
                "Outgoing traffic is allowed if there are no NetworkPolicies selecting the "
                "pod (and cluster policy otherwise allows the traffic), OR if the traffic "
                "matches at least one egress rule across all of the NetworkPolicy objects "
                "whose podSelector matches the pod. If this field is empty then this "
                "NetworkPolicy limits all outgoing traffic (and serves solely to ensure that "
                "the pods it selects are isolated by default). This field is beta-level in "
                "1.8",
            ),
            Field(
                "ingress",
                "[]NetworkPolicyIngressRule",
                "ingress is a list of ingress rules to be applied to the selected pods. "
                "Traffic is allowed to a pod if there are no NetworkPolicies selecting the "
                "pod (and cluster policy otherwise allows the traffic), OR if the traffic "
                "source is the pod's local node, OR if the traffic matches at least one "
                "ingress rule across all of the NetworkPolicy objects whose podSelector "
                "matches the pod. If this field is empty then this NetworkPolicy does not "
                "allow any traffic (and serves solely to ensure that the pods it selects are "
                "isolated by default)",
            ),
            Field(
                "podSelector",
                "LabelSelector",
                "podSelector selects the pods to which this NetworkPolicy object applies. The"
                " array of rules is applied to any pods selected by this field. An empty "
                "selector matches all pods in the policy's namespace. Multiple network "
                "policies can select the same set of pods. In this case, the ingress rules "
                "for each are combined additively. This field is optional. If it is not "
                "specified, it defaults to an empty selector.",
            ),
            Field(
                "policyTypes",
                "[]string",
                "policyTypes is a list of rule types that the NetworkPolicy relates to. Valid"
                ' options are ["Ingress"], ["Egress"], or ["Ingress", "Egress"]. If this '
                "field is not specified, it will default based on the existence of ingress or"
                " egress rules; policies that contain an egress section are assumed to affect"
                " egress, and all policies (whether or not they contain an ingress section) "
                "are assumed to affect ingress. If you want to write an egress-only policy, "
                'you must explicitly specify policyTypes [ "Egress" ]. Likewise, if you want '
                "to write a policy that specifies that no egress is allowed, you must specify"
                ' a policyTypes value that include "Egress" (since such a policy would not '
                'include an egress section and would otherwise default to just [ "Ingress" '
                "]). This field is beta-level in 1.8",
            ),
        ),
    ),
    "LabelSelector": Type(
        "A label selector is a label query over a set of resources. The result of matchLabels"
        " and matchExpressions are ANDed. An empty label selector matches all objects. A null"
        " label selector matches no objects.",
        (
            Field(
                "matchExpressions",
                "[]LabelSelectorRequirement",
                "matchExpressions is a list of label selector requirements. The requirements "
                "are ANDed.",
            ),
            Field(
                "matchLabels",
                "map[string]string",
                "matchLabels is a map of {key,value} pairs. A single {key,value} in the "
                "matchLabels map is equivalent to an element of matchExpressions, whose key "
                'field is "key", the operator is "In", and the values array contains only '
                '"value". The requirements are ANDed.',
            ),
        ),
    ),
    "NetworkPolicyIngressRule": Type(
        "NetworkPolicyIngressRule describes a particular set of traffic that is allowed to "
        "the pods matched by a NetworkPolicySpec's podSelector. The traffic must match both "
        "ports and from.",
        (
            Field(
                "from",
                "[]NetworkPolicyPeer",
                "from is a list of sources which should be able to access the pods selected "
                "for this rule. Items in this list are combined using a logical OR operation."
                " If this field is empty or missing, this rule matches all sources (traffic "
                "not restricted by source). If this field is present and contains at least "
                "one item, this rule allows traffic only if the traffic matches at least one "
                "item in the from list.",
            ),
            Field(
                "ports",
                "[]NetworkPolicyPort",
                "ports is a list of ports which should be made accessible on the pods "
                "selected for this rule. Each item in this list is combined using a logical "
                "OR. If this field is empty or missing, this rule matches all ports (traffic "
                "not restricted by port). If this field is present and contains at least one "
                "item, then this rule allows traffic only if the traffic matches at least one"
                " port in the list.",
            ),
        ),
    ),
    "NetworkPolicyPeer": Type(
        "NetworkPolicyPeer describes a peer to allow traffic to/from. Only certain "
        "combinations of fields are allowed",
        (
            Field(
                "ipBlock",
                "IPBlock",
                "ipBlock defines policy on a particular IPBlock. If this field is set then "
                "neither of the other fields can be.",
            ),
            Field(
                "namespaceSelector",
                "LabelSelector",
                "namespaceSelector selects namespaces using cluster-scoped labels. This field"
                " follows standard label selector semantics; if present but empty, it selects"
                " all namespaces.\n\nIf podSelector is also set, then the NetworkPolicyPeer as "
                "a whole selects the pods matching podSelector in the namespaces selected by "
                "namespaceSelector. Otherwise it selects all pods in the namespaces selected "
                "by namespaceSelector.",
            ),
            Field(
                "podSelector",
                "LabelSelector",
                "podSelector is a label selector which selects pods. This field follows "
                "standard label selector semantics; if present but empty, it selects all "
                "pods.\n\nIf namespaceSelector is also set, then the NetworkPolicyPeer as a "
                "whole selects the pods matching podSelector in the Namespaces selected by "
                "NamespaceSelector. Otherwise it selects the pods matching podSelector in the"
                " policy's own namespace.",
            ),
        ),
    ),
    "IPBlock": Type(
        'IPBlock describes a particular CIDR (Ex. "192.168.1.0/24","2001:db8::/64") that is '
        "allowed to the pods matched by a NetworkPolicySpec's podSelector. The except entry "
        "describes CIDRs that should not be included within this rule.",
        (
            Field(
                "cidr",
                "string",
                "cidr is a string representing the IPBlock Valid examples are "
                '"192.168.1.0/24" or "2001:db8::/64"',
                required=True,
            ),
            Field(
                "except",
                "[]string",
                "except is a slice of CIDRs that should not be included within an IPBlock "
                'Valid examples are "192.168.1.0/24" or "2001:db8::/64" Except values will be'
                " rejected if they are outside the cidr range",
            ),
        ),
    ),
    "LabelSelectorRequirement": Type(
        "A label selector requirement is a selector that contains values, a key, and an "
        "operator that relates the key and values.",
        (
            Field(
                "key",
                "string",
                "key is the label key that the selector applies to.",
                required=True,
            ),
            Field(
                "operator",
                "string",
                "operator represents a key's relationship to a set of values. Valid operators"
                " are In, NotIn, Exists and DoesNotExist.",
                required=True,
            ),
            Field(
                "values",
                "[]string",
                "values is an array of string values. If the operator is In or NotIn, the "
                "values array must be non-empty. If the operator is Exists or DoesNotExist, "
                "the values array must be empty. This array is replaced during a strategic "
                "merge patch.",
            ),
        ),
    ),
    "NetworkPolicyPort": Type(
        "NetworkPolicyPort describes a port to allow traffic on",
        (
            Field(
                "endPort",
                "integer",
                "endPort indicates that the range of ports from port to endPort if set, "
                "inclusive, should be allowed by the policy. This field cannot be defined if "
                "the port field is not defined or if the port field is defined as a named "
                "(string) port. The endPort must be equal or greater than port.",
            ),
            Field(
                "port",
                "IntOrString",
                "port represents the port on the given protocol. This can either be a "
                "numerical or named port on a pod. If this field is not provided, this "
                "matches all port names and numbers. If present, only traffic on the "
                "specified protocol AND port will be matched.",
            ),
            Field(
                "protocol",
                "string",
                "protocol represents the protocol (TCP, UDP, or SCTP) which traffic must "
                "match. If not specified, this field defaults to TCP.\n\nPossible enum values:\n"
                ' - `"SCTP"` is the SCTP protocol.\n - `"TCP"` is the TCP protocol.\n - `"UDP"`'
                " is the UDP protocol.",
                enum="SCTP, TCP, UDP",
            ),
        ),
    ),
    "NetworkPolicyEgressRule": Type(
        "NetworkPolicyEgressRule describes a particular set of traffic that is allowed out of"
        " pods matched by a NetworkPolicySpec's podSelector. The traffic must match both "
        "ports and to. This type is beta-level in 1.8",
        (
            Field(
                "ports",
                "[]NetworkPolicyPort",
                "ports is a list of destination ports for outgoing traffic. Each item in this"
                " list is combined using a logical OR. If this field is empty or missing, "
                "this rule matches all ports (traffic not restricted by port). If this field "
                "is present and contains at least one item, then this rule allows traffic "
                "only if the traffic matches at least one port in the list.",
            ),
            Field(
                "to",
                "[]NetworkPolicyPeer",
                "to is a list of destinations for outgoing traffic of pods selected for this "
                "rule. Items in this list are combined using a logical OR operation. If this "
                "field is empty or missing, this rule matches all destinations (traffic not "
                "restricted by destination). If this field is present and contains at least "
                "one item, this rule allows traffic only if the traffic matches at least one "
                "item in the to list.",
            ),
        ),
    ),
    "ObjectMeta": Type(
        "ObjectMeta is metadata that all persisted resources must have, which includes all "
        "objects users must create.",
        (
            Field(
                "annotations",
                "map[string]string",
                "Annotations is an unstructured key value map stored with a resource that may be "
                "set by external tools to store and retrieve arbitrary metadata. They are not "
                "queryable and should be preserved when modifying objects.",
            ),
            Field(
                "labels",
                "map[string]string",
                "Map of string keys and values that can be used to organize and categorize "
                "(scope and select) objects. May match selectors of replication controllers and "
                "services.",
            ),
            Field(
                "name",
                "string",
                "Name must be unique within a namespace. Is required when creating resources, "
                "although some resources may allow a client to request the generation of an "
                "appropriate name automatically.",
            ),
            Field(
                "namespace",
                "string",
                "Namespace defines the space within which each name must be unique. An empty "
                'namespace is equivalent to the "default" namespace, but "default" is the '
                "canonical representation.",
            ),
        ),
    ),
}
