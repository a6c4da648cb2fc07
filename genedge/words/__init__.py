"""What pages say, computed from the figures; one module a page or a part of one."""
