"""Label selectors: the four operators, and which requirement fails first.

Semantics are those of k8s.io/apimachinery's labels package: NotIn and DoesNotExist hold where the
key is missing; an empty selector selects everything.
"""

from simulator.model import Cluster, Labels, Operator, Requirement, Selector

#: The label that the API server puts on every namespace (value: the namespace's name).
NAME_LABEL = "kubernetes.io/metadata.name"


def holds(requirement: Requirement, labels: Labels) -> bool:
    """Whether one requirement holds for a set of labels."""
    key, operator = requirement.key, requirement.operator
    if operator is Operator.IN:
        return labels.get(key) in requirement.values
    if operator is Operator.NOT_IN:
        return labels.get(key) not in requirement.values
    return (key in labels) is (operator is Operator.EXISTS)


def first_failing(selector: Selector, labels: Labels) -> Requirement | None:
    """The first requirement that fails, or None when the selector matches."""
    for requirement in selector.requirements:
        if not holds(requirement, labels):
            return requirement
    return None


def matches(selector: Selector, labels: Labels) -> bool:
    """Whether the selector selects an object with these labels."""
    return first_failing(selector, labels) is None


def namespace_labels(cluster: Cluster, name: str) -> Labels:
    """The labels of a namespace; one that the cluster does not list carries its name alone."""
    for namespace in cluster.namespaces:
        if namespace.name == name:
            return namespace.labels
    return {NAME_LABEL: name}
