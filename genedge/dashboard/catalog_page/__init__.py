"""The Catalog page: the table of models, the box and the link, request logs."""
