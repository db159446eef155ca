"""The modules of the course; a module is listed once it has a lesson."""

MODULE_TITLES = {
    1: "Who talks first",
    2: "The open cluster and the firewall at the pod",
    3: "First policy: api → db only",
    4: "Peers: and, or, outside",
    5: "How policies add up",
    6: "The deny and allow set",
    7: "Edges of the map",
    8: "Exam",
}
