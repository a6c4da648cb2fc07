"""Home's picture of users, edge server and cloud, request by request."""

from genedge.dashboard.canvas.edge.picture import edge_picture
from genedge.dashboard.canvas.edge.picture_data import picture_data

__all__ = ["edge_picture", "picture_data"]
