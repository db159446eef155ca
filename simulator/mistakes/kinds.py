"""The misconceptions that an edit of policies makes and another undoes."""

from simulator.mistakes import (
    addresses,
    dashes,
    labels,
    nodes,
    openings,
    peers,
    rules,
    sets,
    targets,
)
from simulator.mistakes.values import Kind

KINDS = (
    Kind("M01", dashes.make_dash, dashes.repair_dash),
    Kind("M02", openings.make_no_dns, openings.repair_no_dns),
    Kind("M03", peers.make_bare, peers.repair_bare),
    Kind("M04", targets.make_moved, targets.repair_moved),
    Kind("M06", sets.make_one_end, sets.repair_one_end),
    Kind("M07", targets.make_swapped, targets.repair_swapped),
    Kind("M08", rules.make_brackets, rules.repair_brackets),
    Kind("M09", sets.make_wider, sets.repair_wider),
    Kind("M10", rules.make_types, rules.repair_types),
    Kind("M11", openings.make_service_port, openings.repair_service_port),
    Kind("M12", labels.make_by_name, labels.repair_by_name),
    Kind("M13", rules.make_reply, rules.repair_reply),
    Kind("M14", dashes.make_cut, dashes.repair_cut),
    Kind("M15", targets.make_narrow, targets.repair_narrow),
    Kind("M16", addresses.make_wrong_sort, addresses.repair_wrong_sort),
    Kind("M17", nodes.make_client, nodes.repair_client),
    Kind("M18", labels.make_slip, labels.repair_slip),
    Kind("M19", openings.make_tcp_only, openings.repair_tcp_only),
    Kind("M21", addresses.make_excepted, addresses.repair_excepted),
    Kind("M22", nodes.make_host_pod, nodes.repair_host_pod),
    Kind("M23", peers.make_everyone, peers.repair_everyone),
)
