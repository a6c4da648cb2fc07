"""Home's picture of users, edge server and cloud, request by request."""

from genedge.dashboard.canvas.edge.component import edge_picture
from genedge.dashboard.canvas.edge.data import picture_data

__all__ = ["edge_picture", "picture_data"]
